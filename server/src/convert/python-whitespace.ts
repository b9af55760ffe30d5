/**
 * What Python calls white space (`str.isspace`, `str.split`, `\s`), as the inside of a character class of a RegExp.
 * JavaScript's own `\s` and `trim` differ: they take U+FEFF for a space, and U+001C–U+001F and U+0085 for none.
 */
export const whitespace = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

/** Whether a UTF-16 code unit is white space to Python. */
export function isWhitespace(code: number): boolean {
  if (code <= 0x20) return code >= 0x1c || (code >= 0x09 && code <= 0x0d);
  if (code < 0x1680) return code === 0x85 || code === 0xa0;
  if (code <= 0x200a) return code === 0x1680 || code >= 0x2000;
  return code === 0x2028 || code === 0x2029 || code === 0x202f || code === 0x205f || code === 0x3000;
}

/** Where the text ends without its trailing white space: the length of Python's `text.rstrip()`. */
export function trimmedEnd(text: string, end = text.length): number {
  while (end > 0 && isWhitespace(text.charCodeAt(end - 1))) end--;
  return end;
}
