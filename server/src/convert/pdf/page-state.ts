import { addAnnotations, hasSignature } from './annotations.js';
import { orderColumns } from './columns.js';
import type { Line } from './line.js';
import { factsOf, linesOf } from './page-lines.js';
import type { PdfChar, PdfPage } from './pdf-page.js';

const maxPageChars = 1_000_000;
/** Maximum number of annotations read per page, because placing one takes time that grows with the lines of the page. */
export const maxAnnotations = 5000;
/** Maximum share of unreadable characters. Above it, a page's text is useless. */
const maxUnreadable = 0.3;
/** Maximum share of unreadable characters inside words. Above it, there is a warning. Symbols in formulas stay below it. */
const maxBrokenWords = 0.01;
/** An image that covers at least this share of a page is a scan, unless the page has more text of its own than a stamp. */
const minScan = 0.5;
const maxStampChars = 200;

/** Minimum share and number of characters outside the page to warn about. A printer's line below a short page has fewer. */
const minShareOutside = 0.05;
const minCharsOutside = 100;

/** The text of a page, and its state. */
export interface Page {
  readonly lines: readonly Line[];
  /** `empty`: nothing is drawn. `image`: there is no text. `stamp`: there is little text on an image. */
  readonly state: 'text' | 'empty' | 'image' | 'stamp' | 'damaged';
  /** Whether the fonts do not map enough characters to Unicode. */
  readonly isUnreadable: boolean;
  readonly hasBrokenWords: boolean;
  /** Whether the page has more annotations than are read. */
  readonly hasMoreAnnotations?: boolean;
  /** Whether a signature is visible on the page. Its appearance is not read. */
  readonly hasSignature?: boolean;
  /** Whether much of the text is outside the page, where it is not visible. */
  readonly hasTextOutside?: boolean;
  /** The mean confidence, from 0 to 1, if the page was read by OCR. */
  readonly confidence?: number;
}

export const damagedPage: Page = { lines: [], state: 'damaged', isUnreadable: false, hasBrokenWords: false };

/** Reads the text that a page contains. */
export function readPage(page: PdfPage): Page {
  const chars = page.chars(maxPageChars);
  const annotations = page.annotations(maxAnnotations);
  const lines = addAnnotations(orderColumns(linesOf(chars)), annotations);
  return {
    lines,
    state: stateOf(page, lines),
    ...judge(chars),
    hasMoreAnnotations: page.annotationCount > maxAnnotations,
    hasSignature: hasSignature(annotations),
    hasTextOutside: page.charsOutside >= minCharsOutside && page.shareOutside >= minShareOutside,
  };
}

function stateOf(page: PdfPage, lines: readonly Line[]): Page['state'] {
  if (lines.length === 0) return page.isEmpty ? 'empty' : 'image';
  const length = lines.reduce((sum, { text }) => sum + text.length, 0);
  return length <= maxStampChars && page.imageShare >= minScan ? 'stamp' : 'text';
}

function judge(chars: readonly PdfChar[]): Pick<Page, 'isUnreadable' | 'hasBrokenWords'> {
  let visible = 0;
  let unreadable = 0;
  let inWords = 0;
  const isWord = (char: PdfChar | undefined): boolean =>
    char !== undefined && !char.isGenerated && factsOf(char.code).isLetter;
  for (const [i, char] of chars.entries()) {
    if (char.isGenerated || char.isHyphen || char.code === 0x20) continue;
    visible++;
    const isBroken = !factsOf(char.code).isReadable;
    if (isBroken || char.isGuess) unreadable++;
    if (isBroken && (isWord(chars[i - 1]) || isWord(chars[i + 1]))) inWords++;
  }
  return { isUnreadable: unreadable > maxUnreadable * visible, hasBrokenWords: inWords > maxBrokenWords * visible };
}
