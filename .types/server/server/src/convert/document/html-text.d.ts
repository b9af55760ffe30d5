/**
 * Returns an HTML page's text. Blocks and line breaks start a new line, and a blank line separates paragraphs.
 *
 * @throws `ModuleError` if the elements are nested too deeply.
 */
export declare function htmlText(html: string, maxTextBytes: number): string;
/** Returns a Markdown file's text as rendered, without markup but with its line breaks and paragraphs. */
export declare function markdownText(markdown: string, maxTextBytes: number): Promise<string>;
