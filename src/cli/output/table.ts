import { columnsOf, printable } from './printable.js';

/** Rows as aligned lines. The last column is not padded, so no line ends in spaces. */
export function tableLines(rows: readonly (readonly string[])[], indent = ''): string[] {
  const cells = rows.map((row) => row.map(printable));
  const widths: number[] = [];
  for (const row of cells) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, columnsOf(cell));
  }
  return cells.map((row) => {
    const padded = row.map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - columnsOf(cell)));
    return `${indent}${padded.join('  ')}`.trimEnd();
  });
}
