/**
 * Converts a value to a JSON string that PostgreSQL accepts. NUL and lone surrogates, such as half of an emoji in a truncated
 * message, are replaced in values and in field names.
 */
export function toStorableJson(value: unknown): string {
  const text = JSON.stringify(value);
  // `JSON.stringify` escapes lone surrogates, but not pairs
  return unstorable.test(text) ? text.replaceAll(anyEscape, (escape) => (escape.length > 2 ? '\ufffd' : escape)) : text;
}

const unstorable = /\\u(?:0000|d[89a-f])/;

/** Matches every escape, so that the second of two backslashes is not mistaken for the start of another escape. */
const anyEscape = /\\(?:u(?:0000|d[89a-f][0-9a-f]{2})|.)/g;

/** Returns whether PostgreSQL can store a text as it is. It stores neither NUL nor half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !suspicious.test(text) || (!text.includes('\0') && !loneSurrogate.test(text));
}

const suspicious = /[\0\ud800-\udfff]/;
const loneSurrogate = /\p{Surrogate}/u;

/** Escapes a text to the content of a JSON string, which then has only storable characters. */
export function escapeText(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
