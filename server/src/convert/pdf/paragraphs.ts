import { isWrapped } from './columns.js';
import { computeExtent, computeMedian, type Line } from './line.js';

/** Maximum spacing of adjacent lines in a paragraph, in multiples of the median spacing. */
const maxSpacingRatio = 1.3;
/** The range of line spacings from which the median is computed, in multiples of the font size. */
const minSpacing = 0.8;
const maxSpacing = 2;
/** The median to assume if no spacing is in the range, in multiples of the font size. */
const defaultSpacing = 1.2;
/** Maximum ratio of the font sizes of adjacent lines in a paragraph. A larger ratio indicates a heading. */
const maxSizeRatio = 1.15;

/** Returns the lines of a page with `undefined` between paragraphs. */
export function separateParagraphs(lines: readonly Line[]): (Line | undefined)[] {
  const spacings = lines.slice(1).flatMap((line, i) => {
    const spacing = ((lines[i]?.y ?? 0) - line.y) / line.fontSize;
    return spacing >= minSpacing && spacing <= maxSpacing ? [spacing] : [];
  });
  const medianSpacing = spacings.length === 0 ? defaultSpacing : computeMedian(spacings);
  return lines.flatMap((line, i) => {
    const before = lines[i - 1];
    return before && endsParagraph(before, line, medianSpacing, lines) ? [undefined, line] : [line];
  });
}

function endsParagraph(before: Line, line: Line, medianSpacing: number, lines: readonly Line[]): boolean {
  if (before.paragraphId !== line.paragraphId) return true;
  if (line.paragraphId !== undefined) return false;
  const spacing = (before.y - line.y) / line.fontSize;
  // the line is above the previous line, so it is at the top of another column
  if (spacing < -minSpacing) return !continuesSentence(before, line, lines);
  if (spacing < minSpacing) return false;
  const ratio = before.fontSize / line.fontSize;
  return spacing > maxSpacingRatio * medianSpacing || ratio > maxSizeRatio || ratio < 1 / maxSizeRatio;
}

/**
 * Returns whether a sentence continues from the last line of a page or column into the first line of the next page or column.
 *
 * @param pageLines The lines of the page that contains `line`.
 */
export function continuesSentence(line: Line, next: Line, pageLines: readonly Line[]): boolean {
  if (line.isHyphenated || /^\p{Ll}/u.test(next.text)) return true;
  // a line with several pieces is probably a table row
  if (line.pieces.length > 1) return false;
  return !endsSentence(line.text) && fillsColumn(line, next, pageLines);
}

function fillsColumn(line: Line, next: Line, pageLines: readonly Line[]): boolean {
  const column = pageLines.filter((other) => Math.abs(other.left - line.left) < 2 * line.fontSize);
  return isWrapped(line, next, computeExtent(column));
}

/** Returns whether a string ends with a sentence terminator in any script, optionally followed by closing quotes or brackets. */
export function endsSentence(text: string): boolean {
  return /\p{Sentence_Terminal}[\p{Pe}\p{Pf}"']*$/u.test(text);
}
