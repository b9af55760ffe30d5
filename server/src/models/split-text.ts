const sentenceEnd = /[.!?…]["'”’»)\]]*\s+|[。！？]|\n+/gu;
const space = /\s+/gu;

/**
 * Halves a text repeatedly until the size of each piece is at most `maxSize`. Splits at sentence ends if possible, or else between words,
 * and within a word only if the word itself is too long. Concatenating the pieces yields the original text.
 *
 * @param maxSize Maximum size of a piece, such as a model's context length in tokens.
 * @param measure Returns the size of a text in the unit of `maxSize`.
 */
export function splitText(text: string, maxSize: number, measure: (text: string) => number): string[] {
  // do not measure a text that is almost certainly too long, because tokenization is slow
  if (text.length <= maxSize * 16 && measure(text) <= maxSize) return [text];
  const [first, second] = halve(text);
  // a single character cannot be split further, even if it is too long
  if (first === '' || second === '') return [text];
  return [...splitText(first, maxSize, measure), ...splitText(second, maxSize, measure)];
}

function halve(text: string): [string, string] {
  const middle = Math.floor(text.length / 2);
  const at =
    findNearestEnd(text, sentenceEnd, middle) ?? findNearestEnd(text, space, middle) ?? alignToCharacter(text, middle);
  return [text.slice(0, at), text.slice(at)];
}

/** Returns the end of the match that ends closest to the middle. Ignores a match at the end of the text. */
function findNearestEnd(text: string, pattern: RegExp, middle: number): number | undefined {
  let best: number | undefined;
  for (const { 0: found, index } of text.matchAll(pattern)) {
    const end = index + found.length;
    if (end >= text.length) break;
    if (best !== undefined && Math.abs(end - middle) >= Math.abs(best - middle)) break;
    best = end;
  }
  return best;
}

/** Returns the position, or the start of the surrogate pair that it would split. */
function alignToCharacter(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
