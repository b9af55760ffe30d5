/**
 * Converts a value to JSON text that PostgreSQL accepts. NUL and lone surrogates, such as half of an emoji in a truncated
 * message, are replaced by U+FFFD in values and in field names.
 */
export function toStorableJson(value: unknown): string {
  const text = JSON.stringify(value);
  // `JSON.stringify` escapes lone surrogates, but not surrogate pairs
  return unstorable.test(text) ? text.replaceAll(anyEscape, (escape) => (escape.length > 2 ? '\ufffd' : escape)) : text;
}

const unstorable = /\\u(?:0000|d[89a-f])/;

/** Matches every escape, so that the second of two backslashes is not mistaken for the start of another escape. */
const anyEscape = /\\(?:u(?:0000|d[89a-f][0-9a-f]{2})|.)/g;

/** Returns whether PostgreSQL can store a string unchanged. It cannot store NUL or lone surrogates. */
export function isStorable(text: string): boolean {
  return !nulOrSurrogate.test(text) || (!text.includes('\0') && !loneSurrogate.test(text));
}

const nulOrSurrogate = /[\0\ud800-\udfff]/;
const loneSurrogate = /\p{Surrogate}/u;

/** Escapes a string as JSON does, without the surrounding quotes. PostgreSQL can store the result. */
export function escapeJsonString(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
