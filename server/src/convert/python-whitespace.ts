/**
 * Python's whitespace characters (`str.isspace`, `str.split`, `\s`), for use inside a RegExp character class. JavaScript's `\s`
 * and `trim` differ: they include U+FEFF, and exclude U+001C–U+001F and U+0085.
 */
export const pythonWhitespaceClass =
  '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

/** Returns whether Python treats a UTF-16 code unit as whitespace. */
export function isPythonWhitespace(code: number): boolean {
  if (code <= 0x20) return code >= 0x1c || (code >= 0x09 && code <= 0x0d);
  if (code < 0x1680) return code === 0x85 || code === 0xa0;
  if (code <= 0x200a) return code === 0x1680 || code >= 0x2000;
  return code === 0x2028 || code === 0x2029 || code === 0x202f || code === 0x205f || code === 0x3000;
}

/** Returns the length of `text.slice(0, end)` without trailing whitespace, like `len(text[:end].rstrip())` in Python. */
export function findTrimmedEnd(text: string, end = text.length): number {
  while (end > 0 && isPythonWhitespace(text.charCodeAt(end - 1))) end--;
  return end;
}
