import { setImmediate } from 'node:timers/promises';
import { ModuleError, type ModuleContext } from '../../module-contract/module.js';
import type { DocumentText } from '../document-text.js';
import { textTooLarge } from '../document/lines.js';
import { addAnnotations } from './annotations.js';
import { orderColumns } from './columns.js';
import { joinWords, markHyphens } from './join-words.js';
import { isReadable, linesOf, type Line } from './page-lines.js';
import { endsSentence, runsOn, separateParagraphs } from './paragraphs.js';
import { PdfDocument, type OpenFailure } from './pdf-document.js';
import type { PdfChar, PdfPage } from './pdf-page.js';
import { removeRunningLines } from './running-lines.js';
import { showPages } from './show-pages.js';

type Context = Pick<ModuleContext, 'limits' | 'signal' | 'warn'>;

const maxPages = 50_000;
const maxPageChars = 1_000_000;
/** How long PDFium may block this thread before messages are handled, in milliseconds. */
const maxBlockMs = 50;
/** From this share of unreadable characters on, a page's text is of no use. */
const maxUnreadable = 0.3;
/** From this share of unreadable characters inside words on, the page is worth a warning. Symbols in formulas stay below it. */
const maxBrokenWords = 0.01;

interface Page {
  readonly lines: readonly Line[];
  /** `empty`: nothing is drawn. `image`: something is drawn, but no text. */
  readonly state: 'text' | 'empty' | 'image' | 'damaged';
  readonly isUnreadable: boolean;
  readonly hasBrokenWords: boolean;
}

/**
 * Reads the text of a PDF, page by page. Blank lines separate paragraphs, and tabs the cells of a line.
 *
 * @throws `ModuleError` if the PDF has a password, is damaged, or contains no readable text.
 */
export async function readPdf(bytes: Uint8Array, context: Context): Promise<DocumentText> {
  const pages = await PdfDocument.use(bytes, (document) => readPages(document, context));
  if (typeof pages === 'string') throw refused(pages);
  checkPages(pages, context);
  return { text: textOf(pages), paragraphs: 'blank-lines' };
}

async function readPages(document: PdfDocument, { limits, signal, warn }: Context): Promise<Page[]> {
  const { pageCount } = document;
  if (pageCount > maxPages) {
    throw new ModuleError(`Expected the PDF to have at most ${maxPages} pages, got ${pageCount}. Split it.`);
  }
  warnOfDocument(document, warn);
  const pages: Page[] = [];
  let length = 0;
  let start = performance.now();
  for (let i = 0; i < pageCount; i++) {
    if (performance.now() - start > maxBlockMs) {
      await setImmediate();
      signal.throwIfAborted();
      start = performance.now();
    }
    const page = document.usePage(i, readPage) ?? damagedPage;
    for (const { text } of page.lines) length += Buffer.byteLength(text) + 1;
    if (length > limits.maxTextBytes) throw textTooLarge(limits.maxTextBytes);
    pages.push(page);
  }
  return pages;
}

const damagedPage: Page = { lines: [], state: 'damaged', isUnreadable: false, hasBrokenWords: false };

function readPage(page: PdfPage): Page {
  const chars = page.chars(maxPageChars);
  const lines = addAnnotations(orderColumns(linesOf(chars)), page.annotations());
  return {
    lines,
    state: lines.length > 0 ? 'text' : page.isEmpty ? 'empty' : 'image',
    ...judge(chars),
  };
}

/** Finds out how many of a page's characters are unreadable, because the fonts do not say which they are. */
function judge(chars: readonly PdfChar[]): Pick<Page, 'isUnreadable' | 'hasBrokenWords'> {
  let visible = 0;
  let unreadable = 0;
  let inWords = 0;
  const isWord = (char: PdfChar | undefined): boolean =>
    char !== undefined && !char.isGenerated && /^[\p{L}\p{M}]$/u.test(String.fromCodePoint(char.code));
  for (const [i, char] of chars.entries()) {
    if (char.isGenerated || char.isHyphen || char.code === 0x20) continue;
    visible++;
    const isBroken = !isReadable(char);
    if (isBroken || char.isGuess) unreadable++;
    if (isBroken && (isWord(chars[i - 1]) || isWord(chars[i + 1]))) inWords++;
  }
  return { isUnreadable: unreadable > maxUnreadable * visible, hasBrokenWords: inWords > maxBrokenWords * visible };
}

function warnOfDocument(document: PdfDocument, warn: Context['warn']): void {
  if (document.isRepaired) {
    warn({
      code: 'damaged-document',
      message: 'The PDF is damaged or cut off, so parts of it may be missing. Save it again, and send the new file.',
    });
  }
  if (document.isXfaForm) {
    warn({
      code: 'xfa-form',
      message:
        'The PDF is an XFA form, whose content only Adobe Reader can show. Print it to a PDF, and send that file.',
    });
  }
  const count = document.attachmentCount;
  if (count > 0) {
    const what =
      count === 1 ? 'A file that is attached to the PDF was' : `${count} files that are attached to the PDF were`;
    warn({ code: 'attachment-left-out', message: `${what} left out. Send attachments on their own.` });
  }
}

/** Warns of the pages that could not be read. @throws `ModuleError` if that is all of them. */
function checkPages(pages: readonly Page[], { warn }: Context): void {
  const numbersOf = (isMatch: (page: Page) => boolean): number[] =>
    pages.flatMap((page, i) => (isMatch(page) ? [i + 1] : []));
  const damaged = numbersOf(({ state }) => state === 'damaged');
  const images = numbersOf(({ state }) => state === 'image');
  const unreadable = numbersOf(({ isUnreadable }) => isUnreadable);
  const broken = numbersOf(({ isUnreadable, hasBrokenWords }) => hasBrokenWords && !isUnreadable);
  if (damaged.length === pages.length) throw refused('damaged');
  const texts = numbersOf(({ state }) => state === 'text');
  if (texts.length === 0) {
    throw new ModuleError(
      images.length > 0
        ? 'The PDF contains no text, because its pages are scanned images. Save the pages as PNG or JPEG, and process them with ocr.'
        : 'The PDF contains no text, because its pages are empty. Send a file with text.',
    );
  }
  if (unreadable.length === texts.length) {
    throw new ModuleError(
      "The PDF's text cannot be read, because its fonts do not say which characters they show. " +
        'Save the pages as PNG or JPEG, and process them with ocr.',
    );
  }
  const warnOf = (code: string, numbers: readonly number[], message: (pages: string) => string): void => {
    if (numbers.length === 0) return;
    warn({ code, message: message(showPages(numbers)), ...(numbers.length === 1 && { page: numbers[0] }) });
  };
  warnOf(
    'damaged-page',
    damaged,
    (shown) => `Left out what is damaged: ${shown}. Save the PDF again, and send the new file.`,
  );
  warnOf(
    'page-without-text',
    images,
    (shown) => `Left out what is an image without text: ${shown}. Save it as PNG or JPEG, and process it with ocr.`,
  );
  warnOf(
    'unreadable-font',
    unreadable,
    (shown) =>
      `The text is probably wrong on ${shown}, because the fonts do not say which characters they show. Save it as PNG or JPEG, and process it with ocr.`,
  );
  warnOf(
    'unreadable-font',
    broken,
    (shown) => `Some characters are missing on ${shown}, because the fonts do not say which they are.`,
  );
}

function refused(failure: OpenFailure): ModuleError {
  return new ModuleError(
    {
      password: 'The PDF is password-protected. Send a copy without a password.',
      encryption: 'The PDF is encrypted in a way that cannot be read. Send a copy without encryption.',
      damaged: 'The PDF is damaged or cut off. Save it again, and send the new file.',
    }[failure],
  );
}

function textOf(pages: readonly Page[]): string {
  const bodies = removeRunningLines(pages.map(({ lines }) => lines));
  const lines: (Line & { readonly separator: string })[] = [];
  let previous: readonly Line[] = [];
  for (const body of bodies) {
    const last = previous.at(-1);
    const [first] = body;
    if (!first) continue;
    // where a page ends with a full stop, the paragraph may end or not
    const isOpen = !last || endsSentence(last.text) || runsOn(last, first, previous);
    let separator = isOpen ? '\n' : '\n\n';
    for (const line of separateParagraphs(body)) {
      if (line) lines.push({ ...line, separator });
      separator = line ? '\n' : '\n\n';
    }
    previous = body;
  }
  return joinWords(markHyphens(lines))
    .map(({ text, separator }, i) => (i === 0 ? text : separator + text))
    .join('');
}
