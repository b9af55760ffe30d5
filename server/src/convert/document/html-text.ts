import { Parser } from 'htmlparser2';
import { ModuleError } from '../../module-contract/module.js';
import { Lines } from './lines.js';

/** Elements whose text is not visible on the page. */
const hiddenElements = new Set([
  'script',
  'style',
  'title',
  'template',
  'noscript',
  'svg',
  'iframe',
  'object',
  'datalist',
]);
/** Elements separated from the surrounding text by blank lines. */
const paragraphs = new Set([
  ...['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'dl', 'pre', 'blockquote', 'table', 'hr', 'figure'],
  ...['article', 'section', 'aside', 'header', 'footer', 'main', 'nav', 'form', 'fieldset', 'details'],
]);
/** Elements that start on a new line. */
const blocks = new Set([
  ...['div', 'li', 'dt', 'dd', 'tr', 'caption', 'figcaption', 'address', 'summary', 'legend', 'option', 'body', 'html'],
]);
/** The parser's time for each tag grows with the number of open elements. Browsers stop nesting at 512. */
const maxOpenElements = 10_000;
const lists = new Set(['ul', 'ol']);

/**
 * Returns an HTML page's text. Blocks and line breaks start a new line, and a blank line separates paragraphs.
 *
 * @throws `ModuleError` if the elements are nested too deeply.
 */
export function htmlText(html: string, maxTextBytes: number): string {
  const lines = new Lines(maxTextBytes);
  let hidden = 0;
  let preformatted = 0;
  let nesting = 0;
  let space = false;
  let open = 0;
  const breakFor = (name: string): void => {
    if (paragraphs.has(name)) lines.break(lists.has(name) && nesting > 0 ? 0 : 1);
    else if (blocks.has(name)) lines.break();
  };
  const add = (text: string): void => {
    if (space && !lines.atLineStart) lines.add(' ');
    space = false;
    lines.add(text);
  };
  const parser = new Parser(
    {
      onopentagname(name) {
        open++;
        if (open > maxOpenElements) {
          throw new ModuleError(
            `Expected the page to have at most ${maxOpenElements} open elements at any place, got more. Close its elements.`,
          );
        }
        if (hiddenElements.has(name)) hidden++;
        if (hidden > 0) return;
        breakFor(name);
        if (name === 'br') lines.newline();
        else if (name === 'pre') preformatted++;
        else if ((name === 'td' || name === 'th') && !lines.atLineStart) lines.add('\t');
        if (lists.has(name)) nesting++;
        if (name === 'td' || name === 'th') space = false;
      },
      ontext(text) {
        if (hidden > 0) return;
        if (preformatted > 0) addLines(text, lines);
        else {
          for (const [piece] of text.matchAll(/[ \t\n\r\f]+|[^ \t\n\r\f]+/g)) {
            if (/^[ \t\n\r\f]/.test(piece)) space = true;
            else add(piece);
          }
        }
      },
      onclosetag(name) {
        open--;
        if (hiddenElements.has(name)) hidden--;
        if (hidden > 0) return;
        if (lists.has(name)) nesting--;
        if (name === 'pre') preformatted--;
        breakFor(name);
      },
    },
    { decodeEntities: true },
  );
  parser.end(html);
  return lines.toString();
}

/** Returns a Markdown file's text as rendered, without markup but with its line breaks and paragraphs. */
export async function markdownText(markdown: string, maxTextBytes: number): Promise<string> {
  const { Marked } = await import('marked');
  let html: string;
  try {
    // line breaks are kept so that line numbers match the file
    html = await new Marked({ gfm: true, breaks: true }).parse(markdown);
  } catch (error) {
    // deeply nested blocks make `marked` recurse until the stack overflows
    if (!(error instanceof RangeError)) throw error;
    throw new ModuleError(
      'The Markdown could not be read: its lists or quotations are nested too deeply. Send a file with fewer levels.',
    );
  }
  return htmlText(html, maxTextBytes);
}

/** Adds preformatted text, in which every space and line break is significant. */
function addLines(text: string, lines: Lines): void {
  for (const [index, line] of text.split('\n').entries()) {
    if (index > 0) lines.newline();
    lines.add(line);
  }
}
