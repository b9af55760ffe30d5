const sentenceEnd = /[.!?…]["'”’»)\]]*\s+|[。！？]|\n+/gu;
const space = /\s+/gu;

/**
 * Splits a text into pieces that fit a model's window. It splits at sentence ends if possible, otherwise between words, and
 * within a word only if that word alone is too long. Concatenating the pieces yields the original text.
 *
 * @param size Measures a text in the same unit as `max`.
 */
export function splitText(text: string, max: number, size: (text: string) => number): string[] {
  // text that is certainly too long is not tokenized, because that would take as long as running the model
  if (text.length <= max * 16 && size(text) <= max) return [text];
  const [first, second] = halve(text);
  // a single character cannot be split further, so the model has to handle it
  if (first === '' || second === '') return [text];
  return [...splitText(first, max, size), ...splitText(second, max, size)];
}

function halve(text: string): [string, string] {
  const middle = Math.floor(text.length / 2);
  const at = nearestEnd(text, sentenceEnd, middle) ?? nearestEnd(text, space, middle) ?? wholeCharacter(text, middle);
  return [text.slice(0, at), text.slice(at)];
}

/** Returns the end of the match closest to the middle, excluding a match at the end of the text. */
function nearestEnd(text: string, pattern: RegExp, middle: number): number | undefined {
  let best: number | undefined;
  for (const { 0: found, index } of text.matchAll(pattern)) {
    const end = index + found.length;
    if (end >= text.length) break;
    if (best !== undefined && Math.abs(end - middle) >= Math.abs(best - middle)) break;
    best = end;
  }
  return best;
}

/** Moves a position that would split a surrogate pair to the start of the pair. */
function wholeCharacter(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
