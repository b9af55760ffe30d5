import { countColumns, makePrintable } from './printable.js';

/** Formats rows as lines with aligned columns, without trailing spaces. */
export function formatTable(rows: readonly (readonly string[])[], indent = ''): string[] {
  const cells = rows.map((row) => row.map(makePrintable));
  const widths: number[] = [];
  for (const row of cells) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, countColumns(cell));
  }
  return cells.map((row) => {
    const padded = row.map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - countColumns(cell)));
    return `${indent}${padded.join('  ')}`.trimEnd();
  });
}

/** Formats a time as `2026-05-01 12:00:00Z`. */
export function formatTime(time: Date | string): string {
  return new Date(time).toISOString().replace('T', ' ').replace(/\.\d+/, '');
}

/** Formats a duration as `1.5 s`. */
export function formatDuration(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
