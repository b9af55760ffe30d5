import { isWrapped } from './columns.js';
import { extentOf, median, type Line } from './line.js';

/** Maximum distance between the lines of a paragraph, in multiples of the usual distance. */
const paragraphGap = 1.3;
/** The range and the default of the distance between the lines of a paragraph, in multiples of the font size. */
const minDistance = 0.8;
const maxDistance = 2;
const usualDistance = 1.2;
/** Maximum ratio of the font sizes in a paragraph. A larger ratio separates a heading from its text. */
const maxSizeRatio = 1.15;

/** Returns the lines of a page, with `undefined` between paragraphs. */
export function separateParagraphs(lines: readonly Line[]): (Line | undefined)[] {
  const distances = lines.slice(1).flatMap((line, i) => {
    const distance = ((lines[i]?.y ?? 0) - line.y) / line.size;
    return distance >= minDistance && distance <= maxDistance ? [distance] : [];
  });
  const usual = distances.length === 0 ? usualDistance : median(distances);
  return lines.flatMap((line, i) => {
    const before = lines[i - 1];
    return before && endsParagraph(before, line, usual, lines) ? [undefined, line] : [line];
  });
}

function endsParagraph(before: Line, line: Line, usual: number, lines: readonly Line[]): boolean {
  if (before.paragraph !== line.paragraph) return true;
  if (line.paragraph !== undefined) return false;
  const distance = (before.y - line.y) / line.size;
  // the line is higher than the one before: it is at the top of another column
  if (distance < -minDistance) return !runsOn(before, line, lines);
  if (distance < minDistance) return false;
  const ratio = before.size / line.size;
  return distance > paragraphGap * usual || ratio > maxSizeRatio || ratio < 1 / maxSizeRatio;
}

/**
 * Returns whether a sentence continues from the last line of a page or column into the first line of the next one.
 *
 * @param page The lines of the first line's page.
 */
export function runsOn(line: Line, next: Line, page: readonly Line[]): boolean {
  if (line.isHyphenated || /^\p{Ll}/u.test(next.text)) return true;
  // the line is the last row of a table
  if (line.pieces.length > 1) return false;
  return !endsSentence(line.text) && isFull(line, next, page);
}

function isFull(line: Line, next: Line, page: readonly Line[]): boolean {
  const column = page.filter((other) => Math.abs(other.left - line.left) < 2 * line.size);
  return isWrapped(line, next, extentOf(column));
}

/** Returns whether a text ends with a sentence terminator of any script, such as a full stop, and optional closing quotes or brackets. */
export function endsSentence(text: string): boolean {
  return /\p{Sentence_Terminal}[\p{Pe}\p{Pf}"']*$/u.test(text);
}
