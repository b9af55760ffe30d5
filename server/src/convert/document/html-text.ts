import { Parser } from 'htmlparser2';
import { Lines } from './lines.js';

/** What a reader of the page does not see as text. */
const unseen = new Set(['script', 'style', 'title', 'template', 'noscript', 'svg', 'iframe', 'object', 'datalist']);
/** Set off from what is around them by an empty line. */
const paragraphs = new Set([
  ...['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'dl', 'pre', 'blockquote', 'table', 'hr', 'figure'],
  ...['article', 'section', 'aside', 'header', 'footer', 'main', 'nav', 'form', 'fieldset', 'details'],
]);
/** On lines of their own. */
const blocks = new Set([
  ...['div', 'li', 'dt', 'dd', 'tr', 'caption', 'figcaption', 'address', 'summary', 'legend', 'option', 'body', 'html'],
]);
const lists = new Set(['ul', 'ol']);

/** The text of an HTML page: a line for each block and each line break, an empty one between paragraphs. */
export function htmlText(html: string, maxTextBytes: number): string {
  const lines = new Lines(maxTextBytes);
  let hidden = 0;
  let literal = 0;
  let nesting = 0;
  let space = false;
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
        if (unseen.has(name)) hidden++;
        if (hidden > 0) return;
        breakFor(name);
        if (name === 'br') lines.newline();
        else if (name === 'pre') literal++;
        else if ((name === 'td' || name === 'th') && !lines.atLineStart) lines.add('\t');
        if (lists.has(name)) nesting++;
        if (name === 'td' || name === 'th') space = false;
      },
      ontext(text) {
        if (hidden > 0) return;
        if (literal > 0) addLines(text, lines);
        else {
          for (const [piece] of text.matchAll(/[ \t\n\r\f]+|[^ \t\n\r\f]+/g)) {
            if (/^[ \t\n\r\f]/.test(piece)) space = true;
            else add(piece);
          }
        }
      },
      onclosetag(name) {
        if (unseen.has(name)) hidden--;
        if (hidden > 0) return;
        if (lists.has(name)) nesting--;
        if (name === 'pre') literal--;
        breakFor(name);
      },
    },
    { decodeEntities: true },
  );
  parser.end(html);
  return lines.toString();
}

/** Text in which every space and line end counts. */
function addLines(text: string, lines: Lines): void {
  for (const [index, line] of text.split('\n').entries()) {
    if (index > 0) lines.newline();
    lines.add(line);
  }
}
