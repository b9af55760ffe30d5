import type { Parser, Token, Tokens } from 'marked';
import { ModuleError, type Warn } from '../../module-contract/module.js';
import type { DocumentText } from '../document-text.js';
import { OmittedDescriptions } from './descriptions.js';
import { htmlToText } from './html-text.js';
import { createTextTooLargeError } from './lines.js';
import { isNestedTooDeeply } from './markdown-depth.js';
import { limitBlockWork, limitInlineWork, hasTooManyBlocks } from './markdown-work.js';

const base64Marker = ';base64,';
const base64Character = /[\w+/=%-]/;
/** Minimum length, in characters, of image data to leave out. Shorter data, such as that of an icon, is harmless. */
const minImageLength = 1000;

/** Line length, in characters, above which the regular expressions in `marked` can overflow the stack. */
const maxLineLength = 2 ** 20;

const tooDeepReason = 'its lists, block quotes or emphasis are nested too deeply. Send a file with fewer levels.';

/**
 * Converts Markdown to the text that a renderer would show. Each block keeps its line number, unless an earlier block is on the same line,
 * or the text of an earlier block has more lines than its source, for example because of `<br>` tags.
 *
 * @throws `ModuleError` if the file is nested too deeply, would take too long to parse, or contains too much text.
 */
export async function markdownToText(
  markdown: string,
  { maxTextBytes, warn }: { maxTextBytes: number; warn: Warn },
): Promise<DocumentText> {
  const source = removeImages(markdown, warn);
  if (isNestedTooDeeply(source)) throw createUnreadableError(tooDeepReason);
  if (hasTooManyBlocks(source))
    throw createUnreadableError('it has too many tables or block quotes without a blank line between them.');
  const { Lexer, Parser, Tokenizer } = await import('marked');
  const tokenizer = new Tokenizer();
  limitBlockWork(tokenizer, source.length, () => {
    throw createUnreadableError('it has lists or block quotes with too many lines without a blank line between them.');
  });
  // `breaks` preserves single line breaks
  const options = { gfm: true, breaks: true, tokenizer };
  const lexer = new Lexer(options);
  lexer.inlineTokens = limitInlineWork(lexer.inlineTokens.bind(lexer), () => {
    warn({ code: 'markup-kept', message: 'Part of the text has so much markup that it was left unchanged.' });
  });
  try {
    const omitted = new OmittedDescriptions();
    const converter = new MarkdownConverter(new Parser(options), {
      maxTextBytes,
      onPicture: (text) => omitted.add(text),
    });
    const document = converter.convert(lexer.lex(source.replace(/^\ufeff/, '')));
    omitted.warnIfLong(document.text.length, warn);
    return document;
  } catch (error) {
    // long lines and deeply nested markup can overflow the stack in `marked`
    if (!(error instanceof RangeError)) throw error;
    throw createUnreadableError(describeOverflow(source));
  }
}

/**
 * Removes the data of large embedded images, with a warning. Scans the data character by character, because the stack of a regular
 * expression would grow with the length of the data.
 */
function removeImages(markdown: string, warn: Warn): string {
  const parts: string[] = [];
  let from = 0;
  for (
    let marker = markdown.indexOf(base64Marker);
    marker !== -1;
    marker = markdown.indexOf(base64Marker, marker + 1)
  ) {
    const start = marker + base64Marker.length;
    let end = start;
    while (base64Character.test(markdown.charAt(end))) end++;
    if (end - start < minImageLength) continue;
    parts.push(markdown.slice(from, start));
    from = end;
  }
  if (parts.length > 0) {
    const subject = parts.length === 1 ? 'An embedded image was' : `${parts.length} embedded images were`;
    warn({
      code: 'pictures-left-out',
      message: `${subject} left out. Send each image as a separate file, and process it with ocr.`,
    });
  }
  return parts.join('') + markdown.slice(from);
}

function describeOverflow(source: string): string {
  const longestLength = source.split('\n').reduce((length, line) => Math.max(length, line.length), 0);
  return longestLength > maxLineLength
    ? `it has a line of ${longestLength} characters. Break it into paragraphs, or send it as .txt.`
    : tooDeepReason;
}

function createUnreadableError(reason: string): ModuleError {
  return new ModuleError(`The Markdown could not be read: ${reason}`);
}

interface ConverterOptions {
  readonly maxTextBytes: number;
  readonly onPicture: (description: string) => void;
}

/**
 * Converts the tokens of `marked` to text. The text of each block starts on the same line as in the file, or on the next free line if that
 * line is already in use.
 */
class MarkdownConverter {
  readonly #parser: Parser;
  readonly #options: ConverterOptions;
  readonly #parts: string[] = [];
  readonly #starts: number[] = [];
  /** The 1-based number of the last line of the text so far. */
  #line = 1;
  #length = 0;
  #byteCount = 0;

  constructor(parser: Parser, options: ConverterOptions) {
    this.#parser = parser;
    this.#options = options;
  }

  convert(tokens: readonly Token[]): DocumentText {
    this.#addBlocks(tokens, 1, '');
    return { text: this.#parts.join(''), paragraphs: this.#starts };
  }

  /** @param label The text to write before the text of the first block, such as the number of a list item. */
  #addBlocks(tokens: readonly Token[], firstLine: number, label: string): void {
    let line = firstLine;
    let pendingLabel = label;
    for (const token of tokens) {
      if (this.#addBlock(token, line, pendingLabel)) pendingLabel = '';
      line += countLineBreaks(token.raw);
    }
  }

  /**
   * Adds a block with its label. In a list, a code block or a table, the first item, line or row gets the label. Returns `false` if blocks
   * of this type have no text, so that the next block gets the label.
   */
  #addBlock(token: Token, line: number, label: string): boolean {
    switch (token.type) {
      case 'space':
      case 'def':
      case 'hr':
      case 'checkbox':
        return false;
      case 'list':
        this.#addList(token as Tokens.List, line, label);
        return true;
      case 'blockquote':
        this.#addBlocks((token as Tokens.Blockquote).tokens, line, label);
        return true;
      case 'code': {
        const code = token as Tokens.Code;
        this.#add(label + code.text, code.codeBlockStyle === 'indented' ? line : line + 1);
        return true;
      }
      case 'table':
        this.#addTable(token as Tokens.Table, line, label);
        return true;
      default:
        this.#add(label + this.#render(token), line);
        return true;
    }
  }

  #addList({ items, ordered, start }: Tokens.List, firstLine: number, label: string): void {
    let line = firstLine;
    for (const [index, item] of items.entries()) {
      const number = ordered ? `${Number(start) + index}. ` : '';
      const box = item.task ? (item.checked ? '☑ ' : '☐ ') : '';
      this.#addBlocks(item.tokens, line, (index === 0 ? label : '') + number + box);
      line += countLineBreaks(item.raw);
    }
  }

  /** Adds each row as a line of tab-separated cells. The delimiter row below the header adds no text. */
  #addTable({ header, rows }: Tokens.Table, line: number, label: string): void {
    for (const [index, row] of [header, ...rows].entries()) {
      const cells = row.map(({ tokens }) => this.#toPlainText(this.#parser.parseInline(tokens)));
      this.#add((index === 0 ? label : '') + cells.join('\t'), index === 0 ? line : line + index + 1);
    }
  }

  #render(token: Token): string {
    const isInline = token.type === 'paragraph' || token.type === 'heading' || token.type === 'text';
    // the checkbox of a list item is part of its label
    const tokens = (token as Tokens.Generic).tokens?.filter(({ type }) => type !== 'checkbox');
    return this.#toPlainText(isInline && tokens ? this.#parser.parseInline(tokens) : this.#parser.parse([token]));
  }

  /** Returns the text of rendered HTML. Most paragraphs have no markup except line breaks and escaped quotes, so they need no parser. */
  #toPlainText(html: string): string {
    const plain = html.replaceAll('<br>', '\n').replaceAll('&quot;', '"').replaceAll('&#39;', "'");
    if (/[<&]/.test(plain)) return htmlToText(html, this.#options);
    return plain.split('\n').map(collapseSpaces).join('\n');
  }

  #add(text: string, line: number): void {
    if (text.trim() === '') return;
    // the previous block can be on the same line, or have more lines than in the file
    const lineBreakCount = this.#parts.length === 0 ? line - this.#line : Math.max(line - this.#line, 1);
    this.#byteCount += Buffer.byteLength(text) + lineBreakCount;
    const { maxTextBytes } = this.#options;
    if (this.#byteCount > maxTextBytes) throw createTextTooLargeError(maxTextBytes);
    this.#parts.push('\n'.repeat(lineBreakCount), text);
    this.#starts.push(this.#length + lineBreakCount);
    this.#length += lineBreakCount + text.length;
    this.#line += lineBreakCount + countLineBreaks(text);
  }
}

/** Collapses white space within a line, and removes it from both ends. No-break spaces are kept, as in browsers. */
function collapseSpaces(text: string): string {
  return text.replaceAll(/[ \t\r\f]+/g, ' ').replaceAll(/^ | $/g, '');
}

function countLineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
