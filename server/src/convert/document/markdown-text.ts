import type { Marked, Token, Tokens } from 'marked';
import { ModuleError, type Warn } from '../../module-contract/module.js';
import type { DocumentText } from '../document-text.js';
import { htmlText } from './html-text.js';
import { textTooLarge } from './lines.js';

const base64Mark = ';base64,';
const base64Character = /[\w+/=%-]/;
/** Shorter data, such as that of an icon, is no trouble. */
const minImageLength = 1000;

/** The patterns of `marked` need a stack that grows with the length of a line. */
const maxLineLength = 2 ** 20;

/**
 * Returns a Markdown file's text as rendered, without markup. Every line of text has the line number that it has in the file.
 *
 * @throws `ModuleError` if the file is nested too deeply, has a line that is too long, or contains too much text.
 */
export async function markdownText(
  markdown: string,
  { maxTextBytes, warn }: { maxTextBytes: number; warn: Warn },
): Promise<DocumentText> {
  const source = withoutImages(markdown, warn);
  const { Marked } = await import('marked');
  // single line breaks are kept
  const marked = new Marked({ gfm: true, breaks: true });
  try {
    return new MarkdownLines(marked, maxTextBytes).read(source);
  } catch (error) {
    // deeply nested blocks make `marked` recurse until the stack overflows
    if (!(error instanceof RangeError)) throw error;
    throw new ModuleError(`The Markdown could not be read: ${findReason(source)}`);
  }
}

/** Leaves out the data of images. A pattern cannot find them, because its stack grows with their length. */
function withoutImages(markdown: string, warn: Warn): string {
  const parts: string[] = [];
  let from = 0;
  for (let mark = markdown.indexOf(base64Mark); mark !== -1; mark = markdown.indexOf(base64Mark, mark + 1)) {
    const start = mark + base64Mark.length;
    let end = start;
    while (base64Character.test(markdown.charAt(end))) end++;
    if (end - start < minImageLength) continue;
    parts.push(markdown.slice(from, start));
    from = end;
  }
  if (parts.length > 0) {
    const what = parts.length === 1 ? 'An image within the text was' : `${parts.length} images within the text were`;
    warn({ code: 'pictures-left-out', message: `${what} left out. Send images on their own, through ocr.` });
  }
  return parts.join('') + markdown.slice(from);
}

function findReason(source: string): string {
  const longest = source.split('\n').reduce((length, line) => Math.max(length, line.length), 0);
  return longest > maxLineLength
    ? `it has a line of ${longest} characters. Break it into paragraphs, or send it as .txt.`
    : 'its lists or quotations are nested too deeply. Send a file with fewer levels.';
}

/** Puts the text of each block on the line where the block is in the file. */
class MarkdownLines {
  readonly #marked: Marked;
  readonly #maxBytes: number;
  readonly #parts: string[] = [];
  readonly #starts: number[] = [];
  /** The line, from 1, on which the text ends so far. */
  #line = 1;
  #length = 0;
  #bytes = 0;

  constructor(marked: Marked, maxBytes: number) {
    this.#marked = marked;
    this.#maxBytes = maxBytes;
  }

  read(source: string): DocumentText {
    const tokens = this.#marked.lexer(source.replace(/^\ufeff/, ''));
    this.#addBlocks(tokens, 1, '');
    return { text: this.#parts.join(''), paragraphs: this.#starts };
  }

  /** @param label What stands before the first text, such as the number of a list's item. */
  #addBlocks(tokens: readonly Token[], firstLine: number, label: string): void {
    let line = firstLine;
    let pending = label;
    for (const token of tokens) {
      if (this.#addBlock(token, line, pending)) pending = '';
      line += countLineBreaks(token.raw);
    }
  }

  #addBlock(token: Token, line: number, label: string): boolean {
    switch (token.type) {
      case 'space':
      case 'def':
      case 'hr':
      case 'checkbox':
        return false;
      case 'list':
        this.#addList(token as Tokens.List, line);
        return true;
      case 'blockquote':
        this.#addBlocks((token as Tokens.Blockquote).tokens, line, label);
        return true;
      case 'code': {
        const code = token as Tokens.Code;
        this.#add(code.text, code.codeBlockStyle === 'indented' ? line : line + 1);
        return true;
      }
      case 'table':
        this.#addTable(token as Tokens.Table, line);
        return true;
      default:
        this.#add(label + this.#textOf(token), line);
        return true;
    }
  }

  #addList({ items, ordered, start }: Tokens.List, firstLine: number): void {
    let line = firstLine;
    for (const [index, item] of items.entries()) {
      const number = ordered ? `${Number(start) + index}. ` : '';
      const box = item.task ? (item.checked ? '☑ ' : '☐ ') : '';
      this.#addBlocks(item.tokens, line, number + box);
      line += countLineBreaks(item.raw);
    }
  }

  /** A row of a table is a line of cells with tabs between them. The line below the header has no text. */
  #addTable({ header, rows }: Tokens.Table, line: number): void {
    for (const [index, row] of [header, ...rows].entries()) {
      const cells = row.map(({ tokens }) => this.#textOf({ type: 'text', raw: '', text: '', tokens }));
      this.#add(cells.join('\t'), index === 0 ? line : line + index + 1);
    }
  }

  #textOf(token: Token): string {
    const html = this.#marked.parser([token]);
    return /[<&]/.test(html) ? htmlText(html, { maxTextBytes: this.#maxBytes }) : html.trim();
  }

  #add(text: string, line: number): void {
    if (text.trim() === '') return;
    // a block of HTML can be longer as text
    const breaks = this.#parts.length === 0 ? line - this.#line : Math.max(line - this.#line, 1);
    this.#bytes += Buffer.byteLength(text) + breaks;
    if (this.#bytes > this.#maxBytes) throw textTooLarge(this.#maxBytes);
    this.#parts.push('\n'.repeat(breaks), text);
    this.#starts.push(this.#length + breaks);
    this.#length += breaks + text.length;
    this.#line += breaks + countLineBreaks(text);
  }
}

function countLineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
