import { computeMedian, minGapRatio, type Glyph } from './line.js';

/** Minimum number of letters in a run of letter-spaced text. Fewer letters may be initials, variables or table cells. */
const minLetters = 4;
/** Maximum distance between the centers of adjacent letters in a word, in multiples of the median distance in the run. */
const maxLetterDistance = 1.7;

/**
 * Joins the letters of letter-spaced words, such as `S P R E A D`. Removes only spaces that PDFium added for gaps, not spaces in the text.
 * Does not join letters in alphabetical order (`A B C D`), because they may be a list.
 */
export function joinSpacedLetters(glyphs: readonly Glyph[]): Glyph[] {
  const joined: Glyph[] = [];
  for (let i = 0; i < glyphs.length;) {
    const run = findRun(glyphs, i);
    // the length includes the spaces between the letters
    const length = Math.max(1, 2 * run.length - 1);
    if (run.length >= minLetters && !isAlphabetical(run)) joined.push(...joinLetters(run));
    else joined.push(...glyphs.slice(i, i + length));
    i += length;
  }
  return joined;
}

/** Returns the run of single letters that starts at an index. The letters are separated by spaces that PDFium added. */
function findRun(glyphs: readonly Glyph[], start: number): Glyph[] {
  const run: Glyph[] = [];
  // fast path: most letters are not followed by a space
  if (glyphs[start + 1]?.isGenerated !== true) return run;
  if (start > 0 && glyphs[start - 1]?.text !== ' ') return run;
  for (let i = start; i < glyphs.length; i += 2) {
    const letter = glyphs[i];
    const space = glyphs[i + 1];
    const last = run.at(-1);
    if (!letter || !/^\p{L}\p{M}*$/u.test(letter.text) || (space && space.text !== ' ')) break;
    if (last && letter.left - last.right > minGapRatio * letter.fontSize) break;
    run.push(letter);
    if (!space?.isGenerated) break;
  }
  return run;
}

function isAlphabetical(run: readonly Glyph[]): boolean {
  return run.every((letter, i) => i === 0 || letter.text > (run[i - 1]?.text ?? ''));
}

function joinLetters(run: readonly Glyph[]): Glyph[] {
  // measure between the centers of the letters, because letters differ in width
  const distances = run.slice(1).map((letter, i) => {
    const before = run[i] ?? letter;
    return (letter.left + letter.right - before.left - before.right) / 2;
  });
  const medianDistance = computeMedian(distances);
  return run.flatMap((letter, i) =>
    i > 0 && (distances[i - 1] ?? 0) > maxLetterDistance * medianDistance
      ? [{ ...letter, text: ' ' }, letter]
      : [letter],
  );
}
