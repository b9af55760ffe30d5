/** The names of the tags that enclose reasoning. */
const tagNames = 'think|thinking|thought|thoughts|reasoning|reflection';
const openingTag = new RegExp(`^\\s*(?:<(?:${tagNames})>|\\[THINK\\])`, 'i');
const closingTag = new RegExp(`<\\/(?:${tagNames})>|\\[\\/THINK\\]`, 'gi');
/** Matches everything before the final message in OpenAI's Harmony format, in which models write reasoning to a separate channel. */
const textBeforeFinalMessage = /^\s*(?:<\|start\|>assistant)?<\|channel\|>[^]*<\|channel\|>final<\|message\|>/;

/**
 * Removes the reasoning at the start of a response. The opening tag is often part of the prompt, so the response can contain only the
 * closing tag.
 *
 * @param input The text in the prompt. If the text contains a closing tag, the response may quote it. A closing tag in the response is
 * then ignored unless the response starts with an opening tag.
 * @returns `undefined` if the response ends before the reasoning does.
 */
export function removeReasoning(response: string, input: string): string | undefined {
  const text = response.replace(textBeforeFinalMessage, '').replace(/<\|(?:end|return)\|>\s*$/, '');
  if (/^\s*<\|channel\|>analysis/.test(text)) return undefined;
  const hasOpeningTag = openingTag.test(text);
  const closingTags = [...text.matchAll(closingTag)];
  // the first closing tag belongs to the opening tag; without an opening tag, the reasoning ends at the last closing tag
  const end = hasOpeningTag ? closingTags[0] : input.search(closingTag) < 0 ? closingTags.at(-1) : undefined;
  if (hasOpeningTag && !end) return undefined;
  return end ? text.slice(end.index + end[0].length) : text;
}
