import { combineAccents } from './accents.js';
import { computeExtent, createLine, computeMedian, minGapRatio, type Glyph, type Line, type Piece } from './line.js';
import type { PdfChar } from './pdf-page.js';
import { joinSpacedLetters } from './spaced-letters.js';

/** Replaces unassigned code points, lone surrogates, and control characters other than white space. */
const replacementCharacter = '\ufffd';

/** Splits a page's characters into lines, at the line breaks that PDFium added and the hyphens that PDFium marked. */
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

function toGlyph({ code, left, right, bottom, top, y, fontSize, isGenerated }: PdfChar): Glyph {
  return { text: getCharProperties(code).text, left, right, bottom, top, y, fontSize, isGenerated };
}

interface CharProperties {
  readonly text: string;
  /** `false` for U+FFFD, surrogates, private-use and unassigned code points, and control characters other than white space. */
  readonly isReadable: boolean;
  /** Whether the character is a letter or a combining mark. */
  readonly isLetter: boolean;
}

/** Caches properties by code point, because the regular expressions are slow and documents contain few distinct characters. */
const charCache = new Map<number, CharProperties>();
const maxCachedChars = 20_000;

export function getCharProperties(code: number): CharProperties {
  const cached = charCache.get(code);
  if (cached) return cached;
  const text = String.fromCodePoint(code);
  const isSpace = code === 0x20 || (code >= 0x09 && code <= 0x0d);
  const properties = {
    text: isSpace ? ' ' : /^[\p{Cc}\p{Cn}]$/u.test(text) ? replacementCharacter : text,
    isReadable: isSpace || /^[^\p{Cc}\p{Cs}\p{Co}\p{Cn}\ufffd]$/u.test(text),
    isLetter: /^[\p{L}\p{M}]$/u.test(text),
  };
  if (charCache.size < maxCachedChars) charCache.set(code, properties);
  return properties;
}

function toLine(source: readonly Glyph[], isHyphenated: boolean): Line | undefined {
  const glyphs = joinSpacedLetters(combineAccents(source));
  const visible = glyphs.filter(({ text }) => text !== ' ');
  const [first] = visible;
  if (!first) return undefined;
  const fontSize = computeMedian(visible.map((glyph) => glyph.fontSize));
  return createLine(
    splitIntoPieces(glyphs, visible, fontSize),
    computeMedian(visible.map((glyph) => glyph.y)),
    fontSize,
    isHyphenated,
  );
}

function splitIntoPieces(glyphs: readonly Glyph[], visible: readonly Glyph[], fontSize: number): Piece[] {
  const gapEnds = findGapEnds(visible, minGapRatio * fontSize);
  if (gapEnds.length === 0) return [toPiece(glyphs)];
  const countGapsToLeft = ({ left }: Glyph): number => gapEnds.filter((end) => end <= left).length;
  const pieces: Glyph[][] = [];
  let gapCount = -1;
  for (const glyph of glyphs) {
    if (glyph.text !== ' ' && countGapsToLeft(glyph) !== gapCount) {
      gapCount = countGapsToLeft(glyph);
      pieces.push([]);
    }
    pieces.at(-1)?.push(glyph);
  }
  return pieces.map(toPiece);
}

/** Returns the positions of the right ends of the gaps that are wider than `minWidth`. */
function findGapEnds(visible: readonly Glyph[], minWidth: number): number[] {
  const ends: number[] = [];
  let right = Infinity;
  for (const glyph of visible.toSorted((a, b) => a.left - b.left)) {
    if (glyph.left - right > minWidth) ends.push(glyph.left);
    right = right === Infinity ? glyph.right : Math.max(right, glyph.right);
  }
  return ends;
}

function toPiece(glyphs: readonly Glyph[]): Piece {
  const visible = glyphs.filter(({ text }) => text !== ' ');
  const text = glyphs.map((glyph) => glyph.text).join('');
  return {
    text: movePunctuationAfterNumbers(replacePresentationForms(text).replaceAll(/ {2,}/g, ' ').trim()),
    ...computeExtent(visible),
  };
}

/** Ligatures, Arabic and Hebrew presentation forms, and CJK radicals. */
const presentationForms = /[\u2e80-\u2fdf\ufb00-\ufdff\ufe70-\ufefc]+/g;

/**
 * Replaces presentation forms with plain characters, replaces lone surrogates with U+FFFD, and normalizes the text to NFC. Keeps other
 * compatibility characters, such as ² and ™.
 */
export function replacePresentationForms(text: string): string {
  return text
    .replaceAll(presentationForms, (forms) => forms.normalize('NFKC').replaceAll(/ (?=\p{M})/gu, ''))
    .replaceAll(/\p{Cs}/gu, replacementCharacter)
    .normalize('NFC');
}

/**
 * In right-to-left text without Latin letters, moves a punctuation mark from before a number to after the number. On the page, the mark is
 * to the left of the number, so it follows the number in reading order, but PDFium reads the two from left to right.
 */
function movePunctuationAfterNumbers(text: string): string {
  if (!/[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(text) || /\p{Script=Latin}/u.test(text)) return text;
  return text.replaceAll(/(?<=^|\s)([.,:;])(\p{Nd}[\p{Nd}.,:/]*)(?=$|\s)/gu, '$2$1');
}
