/** `2026-05-01 12:00:00Z` */
export function shortTime(time: Date | string): string {
  return new Date(time).toISOString().replace('T', ' ').replace(/\.\d+/, '');
}
