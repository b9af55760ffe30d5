import type { Glyph } from './line.js';

/** The combining character for each standalone accent. */
const markByAccent = new Map(
  Object.entries({
    ...{ '`': '\u0300', '\u00b4': '\u0301', '\u02ca': '\u0301', '\u02cb': '\u0300', '^': '\u0302', '\u02c6': '\u0302' },
    ...{
      '~': '\u0303',
      '\u02dc': '\u0303',
      '\u00af': '\u0304',
      '\u02c9': '\u0304',
      '\u02d8': '\u0306',
      '\u02d9': '\u0307',
    },
    ...{
      '\u00a8': '\u0308',
      '\u02da': '\u030a',
      '\u02dd': '\u030b',
      '\u02c7': '\u030c',
      '\u00b8': '\u0327',
      '\u02db': '\u0328',
    },
  }),
);
/**
 * Maximum distance of an accent from its letter in the extracted text, in characters. PDFium puts accents over capital letters at the end
 * of the line.
 */
const maxAccentDistance = 200;
/** The approximate minimum gap at which PDFium adds a space, in multiples of the font size. */
const minSpaceGapRatio = 0.15;
const dottedByDotless = new Map([
  ['ı', 'i'],
  ['ȷ', 'j'],
]);

/**
 * Combines accents with the letters over or under which they are drawn, as in PDFs with older TeX fonts: `caf´e` becomes `café`. Keeps
 * accents that are drawn beside a letter (`x^2`, `~/notes`). Determines the letter by its position on the page, because an accent can
 * precede or follow its letter in the text.
 */
export function combineAccents(source: readonly Glyph[]): Glyph[] {
  if (!source.some(({ text }) => markByAccent.has(text))) return [...source];
  const glyphs: (Glyph | undefined)[] = source.map((glyph) => ({ ...glyph }));
  for (const [i, accent] of glyphs.entries()) {
    const mark = accent && markByAccent.get(accent.text);
    const letter = mark === undefined ? undefined : findLetter(glyphs, i);
    if (mark === undefined || !letter) continue;
    letter.text = ((dottedByDotless.get(letter.text) ?? letter.text) + mark).normalize('NFC');
    glyphs[i] = undefined;
    // PDFium adds spaces where the text jumps to the accent and back
    dropSpaces(glyphs, i);
  }
  return glyphs.filter((glyph) => glyph !== undefined);
}

function findLetter(glyphs: readonly (Glyph | undefined)[], at: number): Glyph | undefined {
  const accent = glyphs[at];
  if (!accent) return undefined;
  const middleX = (accent.left + accent.right) / 2;
  let letter: Glyph | undefined;
  for (let i = Math.max(0, at - maxAccentDistance); i <= Math.min(glyphs.length - 1, at + maxAccentDistance); i++) {
    const glyph = glyphs[i];
    if (!glyph || glyph.left > middleX || glyph.right < middleX || !/^\p{L}\p{M}*$/u.test(glyph.text)) continue;
    const middleY = (glyph.bottom + glyph.top) / 2;
    const isOverOrUnder = accent.bottom > middleY || accent.top < middleY;
    if (isOverOrUnder && Math.abs(accent.y - glyph.y) < glyph.fontSize) letter ??= glyph;
  }
  return letter;
}

/** Removes the spaces that PDFium added around an index. Keeps one space if there is a gap between the characters on both sides. */
function dropSpaces(glyphs: (Glyph | undefined)[], at: number): void {
  let from = at;
  while (from > 0 && isAddedSpaceOrRemoved(glyphs[from - 1])) from--;
  let to = at;
  while (to < glyphs.length - 1 && isAddedSpaceOrRemoved(glyphs[to + 1])) to++;
  const before = glyphs[from - 1];
  const after = glyphs[to + 1];
  if (before && after && after.left - before.right > minSpaceGapRatio * after.fontSize) {
    // keep the first space, which may follow the removed accent
    while (from < to && !glyphs[from]) from++;
    from++;
  }
  for (let i = from; i <= to; i++) if (isAddedSpaceOrRemoved(glyphs[i])) glyphs[i] = undefined;
}

function isAddedSpaceOrRemoved(glyph: Glyph | undefined): boolean {
  return glyph === undefined || (glyph.isGenerated && glyph.text === ' ');
}
