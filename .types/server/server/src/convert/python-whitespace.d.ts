/**
 * Python's whitespace characters (`str.isspace`, `str.split`, `\s`), for use inside a RegExp character class. JavaScript's `\s`
 * and `trim` differ: they include U+FEFF, and exclude U+001C–U+001F and U+0085.
 */
export declare const whitespace = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
/** Returns whether Python treats a UTF-16 code unit as whitespace. */
export declare function isWhitespace(code: number): boolean;
/** Returns the length of the text without trailing whitespace, like `len(text.rstrip())` in Python. */
export declare function trimmedEnd(text: string, end?: number): number;
