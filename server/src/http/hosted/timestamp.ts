/** `YYYY-MM-DD HH:MM:SS`, UTC: clients parse exactly this. */
export function timestamp(date: Date): string {
  return date.toISOString().slice(0, 19).replace('T', ' ');
}
