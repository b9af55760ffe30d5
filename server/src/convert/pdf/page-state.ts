import { addAnnotations, hasSignature } from './annotations.js';
import { orderColumns } from './columns.js';
import type { Line } from './line.js';
import { describeChar, splitIntoLines } from './page-lines.js';
import type { PdfChar, PdfPage } from './pdf-page.js';

const maxPageChars = 1_000_000;
/** Maximum number of annotations to read per page. The time to insert an annotation grows with the number of lines. */
export const maxAnnotations = 5000;
/** Maximum share of unreadable characters in a usable text. */
const maxUnreadableShare = 0.3;
/** Minimum share of unreadable characters within words that causes a warning. Symbols in formulas do not reach it. */
const minBrokenShare = 0.01;
/** A page is a scan if its largest image covers at least this share of the page, and it has at most `maxStampChars` characters. */
const minScanShare = 0.5;
const maxStampChars = 200;

/** Minimum share and number of characters outside the page for a warning. A printer's note below a short page has fewer. */
const minShareOutside = 0.05;
const minCharsOutside = 100;

/** The text of a page, and the reasons why the text may be incomplete or wrong. */
export interface Page {
  readonly lines: readonly Line[];
  /** `empty`: nothing is drawn. `image`: graphics without text. `stamp`: a large image with little text. */
  readonly state: 'text' | 'empty' | 'image' | 'stamp' | 'damaged';
  /** Whether the fonts map too few characters to Unicode. */
  readonly isUnreadable: boolean;
  /** Whether too many characters within words are unreadable. */
  readonly hasBrokenWords: boolean;
  /** Whether the page has more annotations than {@link maxAnnotations}. */
  readonly hasMoreAnnotations?: boolean;
  /** Whether a signature is visible on the page. The text of the signature is not read. */
  readonly hasSignature?: boolean;
  /** Whether much of the text is invisible, because it is outside the page. */
  readonly hasTextOutside?: boolean;
  /** The mean confidence, from 0 to 1, if the page was read by OCR. */
  readonly confidence?: number;
}

export const damagedPage: Page = { lines: [], state: 'damaged', isUnreadable: false, hasBrokenWords: false };

/** Reads a page without OCR. */
export function readPage(page: PdfPage): Page {
  const chars = page.readChars(maxPageChars);
  const annotations = page.readAnnotations(maxAnnotations);
  const lines = addAnnotations(orderColumns(splitIntoLines(chars)), annotations);
  return {
    lines,
    state: determineState(page, lines),
    ...checkReadability(chars),
    hasMoreAnnotations: page.annotationCount > maxAnnotations,
    hasSignature: hasSignature(annotations),
    hasTextOutside: page.charsOutside >= minCharsOutside && page.shareOutside >= minShareOutside,
  };
}

function determineState(page: PdfPage, lines: readonly Line[]): Page['state'] {
  if (lines.length === 0) return page.isEmpty ? 'empty' : 'image';
  const length = lines.reduce((sum, { text }) => sum + text.length, 0);
  return length <= maxStampChars && page.imageShare >= minScanShare ? 'stamp' : 'text';
}

function checkReadability(chars: readonly PdfChar[]): Pick<Page, 'isUnreadable' | 'hasBrokenWords'> {
  let visible = 0;
  let unreadable = 0;
  let brokenInWords = 0;
  const isLetter = (char: PdfChar | undefined): boolean =>
    char !== undefined && !char.isGenerated && describeChar(char.code).isLetter;
  for (const [i, char] of chars.entries()) {
    if (char.isGenerated || char.isHyphen || char.code === 0x20) continue;
    visible++;
    const isBroken = !describeChar(char.code).isReadable;
    if (isBroken || char.isGuess) unreadable++;
    if (isBroken && (isLetter(chars[i - 1]) || isLetter(chars[i + 1]))) brokenInWords++;
  }
  return {
    isUnreadable: unreadable > maxUnreadableShare * visible,
    hasBrokenWords: brokenInWords > minBrokenShare * visible,
  };
}
