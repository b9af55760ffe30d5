// oxlint-disable-next-line no-control-regex -- control characters must not reach a terminal
const controlCharacters = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** Unicode format characters, most of which are invisible. Excludes U+200C and U+200D, which occur in words and emoji. */
const formatCharacters = /(?![\u200c\u200d])\p{Cf}/gu;

/**
 * Converts text to a single line without control characters, and escapes the {@link formatCharacters}. Text from files and servers may
 * contain control sequences that a terminal would interpret, or characters such as U+202E, which reverses the text after it.
 */
export function makePrintable(text: string): string {
  return text
    .replace(controlCharacters, ' ')
    .replace(formatCharacters, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** Applies {@link makePrintable} to each line. */
export function makeLinesPrintable(text: string): string {
  return text.split('\n').map(makePrintable).join('\n');
}

/** Formats a value as JSON. Escapes the control and format characters in strings, which does not change the parsed value. */
export function formatPrintableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(/[\u007f-\u009f\u2028\u2029]|\p{Cf}/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

const wideCharacter =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;

/** Returns the number of terminal columns that text occupies, accurately enough to align tables. */
export function countColumns(text: string): number {
  let columns = 0;
  for (const character of text) columns += wideCharacter.test(character) ? 2 : /\p{Mark}/u.test(character) ? 0 : 1;
  return columns;
}

/** Truncates text to a number of columns. The result ends with an ellipsis if anything was removed. */
export function truncateToColumns(text: string, columns: number): string {
  if (countColumns(text) <= columns) return text;
  let truncated = '';
  for (const character of text) {
    if (countColumns(truncated + character) > columns - 1) break;
    truncated += character;
  }
  return `${truncated}…`;
}
