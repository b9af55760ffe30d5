const names = 'think|thinking|thought|thoughts|reasoning|reflection';
const opening = new RegExp(`^\\s*(?:<(?:${names})>|\\[THINK\\])`, 'i');
const closing = new RegExp(`<\\/(?:${names})>|\\[\\/THINK\\]`, 'gi');
/** In the Harmony format, models write an analysis in a separate channel before the response. */
const finalChannel = /^\s*(?:<\|start\|>assistant)?<\|channel\|>[^]*<\|channel\|>final<\|message\|>/;

/**
 * Returns a response without the thoughts that a reasoning model writes before it. The opening tag is often part of the prompt, so
 * there may be only a closing tag.
 *
 * @param input The text that the model was given. If it contains such a tag, a tag in the response may belong to the text.
 * @returns `undefined` if the thoughts do not end, so that there is no response.
 */
export function withoutThoughts(response: string, input: string): string | undefined {
  const text = response.replace(finalChannel, '').replace(/<\|(?:end|return)\|>\s*$/, '');
  if (/^\s*<\|channel\|>analysis/.test(text)) return undefined;
  const isOpened = opening.test(text);
  const ends = [...text.matchAll(closing)];
  // the first end belongs to the opening tag; without one, everything up to the last end is thoughts
  const end = isOpened ? ends[0] : input.search(closing) < 0 ? ends.at(-1) : undefined;
  if (isOpened && !end) return undefined;
  return end ? text.slice(end.index + end[0].length) : text;
}
