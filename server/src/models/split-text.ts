const sentenceEnd = /[.!?…]["'”’»)\]]*\s+|[。！？]|\n+/gu;
const space = /\s+/gu;

/**
 * Cuts a text into pieces that each fit a model's window: at the ends of sentences, where there are none between words, and within
 * a word only where that alone is too long. The pieces, one after another, are the text.
 *
 * @param size How much of the window a text takes.
 */
export function splitText(text: string, max: number, size: (text: string) => number): string[] {
  // no tokenizer is asked about what is certainly too long: that would take as long as the work itself
  if (text.length <= max * 16 && size(text) <= max) return [text];
  const [first, second] = halve(text);
  // a letter that is too long for the window is the model's problem
  if (first === '' || second === '') return [text];
  return [...splitText(first, max, size), ...splitText(second, max, size)];
}

function halve(text: string): [string, string] {
  const middle = Math.floor(text.length / 2);
  const at = nearestEnd(text, sentenceEnd, middle) ?? nearestEnd(text, space, middle) ?? wholeLetter(text, middle);
  return [text.slice(0, at), text.slice(at)];
}

/** Where something ends, as near to the middle as it gets, but neither at the beginning nor at the end. */
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

/** Not between the two halves of a surrogate pair. */
function wholeLetter(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
