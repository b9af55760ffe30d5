/** The names of the tags around reasoning. */
const names = 'think|thinking|thought|thoughts|reasoning|reflection';
const openingTag = new RegExp(`^\\s*(?:<(?:${names})>|\\[THINK\\])`, 'i');
const closingTag = new RegExp(`<\\/(?:${names})>|\\[\\/THINK\\]`, 'gi');
/** Matches everything before the response in the Harmony format, in which models write an analysis in a separate channel. */
const finalChannel = /^\s*(?:<\|start\|>assistant)?<\|channel\|>[^]*<\|channel\|>final<\|message\|>/;

/**
 * Removes the reasoning that a reasoning model writes before its response. The opening tag is often part of the prompt, so a response
 * can contain only the closing tag.
 *
 * @param input The text in the prompt. If the text contains a closing tag, a closing tag in the response may be a quotation.
 * @returns `undefined` if the reasoning does not end, so that there is no response.
 */
export function removeReasoning(response: string, input: string): string | undefined {
  const text = response.replace(finalChannel, '').replace(/<\|(?:end|return)\|>\s*$/, '');
  if (/^\s*<\|channel\|>analysis/.test(text)) return undefined;
  const hasOpeningTag = openingTag.test(text);
  const closingTags = [...text.matchAll(closingTag)];
  // the first closing tag belongs to the opening tag; without an opening tag, the reasoning ends at the last closing tag
  const end = hasOpeningTag ? closingTags[0] : input.search(closingTag) < 0 ? closingTags.at(-1) : undefined;
  if (hasOpeningTag && !end) return undefined;
  return end ? text.slice(end.index + end[0].length) : text;
}
