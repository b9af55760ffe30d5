const sentenceEnd = /[.!?…]["'”’»)\]]*\s+|[。！？]|\n+/gu;
const space = /\s+/gu;

/**
 * Cuts a text into pieces that fit a model's window: at the ends of sentences, else between words, and within a word only if that
 * word alone is too long. The pieces concatenated are the text.
 *
 * @param size Returns the size of a text, in the unit of `max`.
 */
export function splitText(text: string, max: number, size: (text: string) => number): string[] {
  // do not tokenize text that is certainly too long: that would take as long as the work itself
  if (text.length <= max * 16 && size(text) <= max) return [text];
  const [first, second] = halve(text);
  // a single character that does not fit is left to the model
  if (first === '' || second === '') return [text];
  return [...splitText(first, max, size), ...splitText(second, max, size)];
}

function halve(text: string): [string, string] {
  const middle = Math.floor(text.length / 2);
  const at = nearestEnd(text, sentenceEnd, middle) ?? nearestEnd(text, space, middle) ?? wholeLetter(text, middle);
  return [text.slice(0, at), text.slice(at)];
}

/** Returns the end of the match that is closest to the middle, but not the end of the text. */
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

/** Moves a position out of a surrogate pair. */
function wholeLetter(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
