/**
 * A value as JSON text that PostgreSQL takes: what no text of its can hold (NUL, and half of a surrogate pair, as a message cut in
 * the middle of an emoji has) is replaced, in the names of fields as well as in values.
 */
export function toStorableJson(value: unknown): string {
  const text = JSON.stringify(value);
  // `JSON.stringify` escapes halves and leaves whole pairs as they are
  return unstorable.test(text) ? text.replaceAll(anyEscape, (escape) => (escape.length > 2 ? '\ufffd' : escape)) : text;
}

const unstorable = /\\u(?:0000|d[89a-f])/;

/** Every escape is gone through in turn, so that the second of two backslashes begins none. */
const anyEscape = /\\(?:u(?:0000|d[89a-f][0-9a-f]{2})|.)/g;
