import { addAnnotations, hasSignature } from './annotations.js';
import { orderColumns } from './columns.js';
import type { Line } from './line.js';
import { getCharProperties, splitIntoLines } from './page-lines.js';
import type { PdfChar, PdfPage } from './pdf-page.js';

const maxPageChars = 1_000_000;
/** Maximum number of annotations to read per page. The time to insert an annotation grows with the number of lines. */
export const maxAnnotations = 5000;
/** Maximum share of unreadable and guessed characters on a readable page. */
const maxUnreadableShare = 0.3;
/** Maximum share of unreadable characters within words. A larger share causes a warning. Formulas usually stay below it. */
const maxUnreadableShareInWords = 0.01;
/** A page has the state `stamp` if an image covers at least `minImageShare` of it and its text has at most `maxStampChars` characters. */
const minImageShare = 0.5;
const maxStampChars = 200;

/** Minimum share and number of characters outside the page that cause a warning. A printer's slug line has fewer characters. */
const minOutsideCharShare = 0.05;
const minOutsideCharCount = 100;

/** The text of a page, and the reasons why the text may be incomplete or wrong. */
export interface Page {
  readonly lines: readonly Line[];
  /** `empty`: no text or graphics. `image`: graphics without text. `stamp`: a large image with little text. `damaged`: cannot be loaded. */
  readonly state: 'text' | 'empty' | 'image' | 'stamp' | 'damaged';
  /** Whether the fonts map too few characters to Unicode. */
  readonly isUnreadable: boolean;
  /** Whether too many characters within words are unreadable. */
  readonly hasBrokenWords: boolean;
  /** Whether the page has more annotations than {@link maxAnnotations}. */
  readonly hasTooManyAnnotations?: boolean;
  /** Whether a signature is visible on the page. `lines` does not include its text. */
  readonly hasSignature?: boolean;
  /** Whether a lot of text lies outside the page. `lines` does not include this text. */
  readonly hasTextOutsidePage?: boolean;
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
    hasTooManyAnnotations: page.annotationCount > maxAnnotations,
    hasSignature: hasSignature(annotations),
    hasTextOutsidePage: page.outsideCharCount >= minOutsideCharCount && page.outsideCharShare >= minOutsideCharShare,
  };
}

function determineState(page: PdfPage, lines: readonly Line[]): Page['state'] {
  if (lines.length === 0) return page.isEmpty ? 'empty' : 'image';
  const length = lines.reduce((sum, { text }) => sum + text.length, 0);
  return length <= maxStampChars && page.imageShare >= minImageShare ? 'stamp' : 'text';
}

function checkReadability(chars: readonly PdfChar[]): Pick<Page, 'isUnreadable' | 'hasBrokenWords'> {
  let visibleCount = 0;
  let unreadableCount = 0;
  let unreadableInWordsCount = 0;
  const isLetter = (char: PdfChar | undefined): boolean =>
    char !== undefined && !char.isGenerated && getCharProperties(char.code).isLetter;
  for (const [i, char] of chars.entries()) {
    if (char.isGenerated || char.isHyphen || char.code === 0x20) continue;
    visibleCount++;
    const { isReadable } = getCharProperties(char.code);
    if (!isReadable || char.hasGuessedCode) unreadableCount++;
    if (!isReadable && (isLetter(chars[i - 1]) || isLetter(chars[i + 1]))) unreadableInWordsCount++;
  }
  return {
    isUnreadable: unreadableCount > maxUnreadableShare * visibleCount,
    hasBrokenWords: unreadableInWordsCount > maxUnreadableShareInWords * visibleCount,
  };
}
