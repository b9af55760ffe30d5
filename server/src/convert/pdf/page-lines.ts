import { combineAccents } from './accents.js';
import { computeExtent, createLine, median, minGap, type Glyph, type Line, type Piece } from './line.js';
import type { PdfChar } from './pdf-page.js';
import { joinSpacedLetters } from './spaced-letters.js';

/** The replacement for characters that the font does not map to Unicode. */
const unreadable = '\ufffd';

/** Splits a page's characters into lines. The characters are in PDFium's reading order, with spaces and line breaks that PDFium added. */
export function splitIntoLines(chars: readonly PdfChar[]): Line[] {
  const lines: Line[] = [];
  let glyphs: Glyph[] = [];
  const endLine = (isHyphenated: boolean): void => {
    const line = toLine(glyphs, isHyphenated);
    if (line) lines.push(line);
    glyphs = [];
  };
  for (const char of chars) {
    if (char.isHyphen) endLine(true);
    else if (char.isGenerated && (char.code === 0x0d || char.code === 0x0a)) endLine(false);
    else glyphs.push(toGlyph(char));
  }
  endLine(false);
  return lines;
}

function toGlyph({ code, left, right, bottom, top, y, size, isGenerated }: PdfChar): Glyph {
  return { text: describeChar(code).text, left, right, bottom, top, y, size, isGenerated };
}

interface CharFacts {
  readonly text: string;
  /** Whether the code point has a meaning in Unicode, rather than only in the font. */
  readonly isReadable: boolean;
  readonly isLetter: boolean;
}

/** A cache by code point: regular expressions are slow, and a document contains few different characters. */
const charCache = new Map<number, CharFacts>();
const maxCachedChars = 20_000;

export function describeChar(code: number): CharFacts {
  const cached = charCache.get(code);
  if (cached) return cached;
  const text = String.fromCodePoint(code);
  const isSpace = code === 0x20 || (code >= 0x09 && code <= 0x0d);
  const facts = {
    // control characters and undefined code points become U+FFFD
    text: isSpace ? ' ' : /^[\p{Cc}\p{Cn}]$/u.test(text) ? unreadable : text,
    isReadable: isSpace || /^[^\p{Cc}\p{Cs}\p{Co}\p{Cn}\ufffd]$/u.test(text),
    isLetter: /^[\p{L}\p{M}]$/u.test(text),
  };
  if (charCache.size < maxCachedChars) charCache.set(code, facts);
  return facts;
}

function toLine(source: readonly Glyph[], isHyphenated: boolean): Line | undefined {
  const glyphs = joinSpacedLetters(combineAccents(source));
  const visible = glyphs.filter(({ text }) => text !== ' ');
  const [first] = visible;
  if (!first) return undefined;
  const size = median(visible.map((glyph) => glyph.size));
  return createLine(
    splitIntoPieces(glyphs, visible, size),
    median(visible.map((glyph) => glyph.y)),
    size,
    isHyphenated,
  );
}

function splitIntoPieces(glyphs: readonly Glyph[], visible: readonly Glyph[], size: number): Piece[] {
  const gaps = findWideGaps(visible, minGap * size);
  if (gaps.length === 0) return [toPiece(glyphs)];
  // a zone is the number of wide gaps to the left of a character
  const findZone = ({ left }: Glyph): number => gaps.filter((gap) => gap <= left).length;
  const pieces: Glyph[][] = [];
  let zone = -1;
  for (const glyph of glyphs) {
    if (glyph.text !== ' ' && findZone(glyph) !== zone) {
      zone = findZone(glyph);
      pieces.push([]);
    }
    pieces.at(-1)?.push(glyph);
  }
  return pieces.map(toPiece);
}

/** Returns the position of the right end of each wide gap. */
function findWideGaps(visible: readonly Glyph[], min: number): number[] {
  const ends: number[] = [];
  let right = Infinity;
  for (const glyph of visible.toSorted((a, b) => a.left - b.left)) {
    if (glyph.left - right > min) ends.push(glyph.left);
    right = right === Infinity ? glyph.right : Math.max(right, glyph.right);
  }
  return ends;
}

function toPiece(glyphs: readonly Glyph[]): Piece {
  const visible = glyphs.filter(({ text }) => text !== ' ');
  const text = glyphs.map((glyph) => glyph.text).join('');
  return {
    text: movePunctuation(replacePresentationForms(text).replaceAll(/ {2,}/g, ' ').trim()),
    ...computeExtent(visible),
  };
}

/** Presentation forms that stand for letters: ligatures, Arabic and Hebrew presentation forms, and radicals of Chinese characters. */
const presentationForms = /[\u2e80-\u2fdf\ufb00-\ufdff\ufe70-\ufefc]+/g;

/** Replaces presentation forms with plain letters. Keeps other compatibility characters (² ½ ™ Ａ), which differ in meaning. */
export function replacePresentationForms(text: string): string {
  return text
    .replaceAll(presentationForms, (forms) => forms.normalize('NFKC').replaceAll(/ (?=\p{M})/gu, ''))
    .replaceAll(/\p{Cs}/gu, unreadable)
    .normalize('NFC');
}

/**
 * In right-to-left text, moves a punctuation mark from before a number to after the number. On the page, the mark is to the left of the
 * number, so it follows in reading order, but PDFium reads the number and the mark from left to right.
 */
function movePunctuation(text: string): string {
  if (!/[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(text) || /\p{Script=Latin}/u.test(text)) return text;
  return text.replaceAll(/(?<=^|\s)([.,:;])(\p{Nd}[\p{Nd}.,:/]*)(?=$|\s)/gu, '$2$1');
}
