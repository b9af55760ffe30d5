import { ModuleError } from '../../module-contract/module.js';
import { htmlText } from './html-text.js';

/** The text of a Markdown file as a reader sees it: without its marks, its lines and paragraphs kept. */
export async function markdownText(markdown: string, maxTextBytes: number): Promise<string> {
  const { Marked } = await import('marked');
  let html: string;
  try {
    // a line end in the file is one in the text, so that a line is where its writer put it
    html = await new Marked({ gfm: true, breaks: true }).parse(markdown);
  } catch (error) {
    // marked calls itself for what lies within something else
    if (!(error instanceof RangeError)) throw error;
    throw new ModuleError('The Markdown could not be read: its lists or quotations lie too deep in one another.');
  }
  return htmlText(html, maxTextBytes);
}
