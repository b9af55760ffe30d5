/**
 * JSON in ASCII: a client that guesses the encoding of an answer, or opens it in its platform's own, reads it right.
 */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
