// eslint-disable-next-line no-control-regex -- control characters must not reach a terminal
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/**
 * Converts text to a single line without control characters. Text from files and servers may contain control
 * sequences, which a terminal would interpret.
 */
export function printable(text: string): string {
  return text.replace(control, ' ');
}

const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;

/** Returns the number of terminal columns that text occupies, accurately enough to align tables. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += wide.test(character) ? 2 : /\p{Mark}/u.test(character) ? 0 : 1;
  return columns;
}

/** Truncates text to a number of columns, ending in an ellipsis if anything was removed. */
export function cutToColumns(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let cut = '';
  for (const character of text) {
    if (columnsOf(cut + character) > columns - 1) break;
    cut += character;
  }
  return `${cut}…`;
}
