import { isWrapped } from './columns.js';
import { extentOf, median, type Line } from './line.js';

/** A gap larger than the usual distance of two lines by this factor separates paragraphs. */
const paragraphGap = 1.3;
/** The distance of two lines of a paragraph, in multiples of the font's size. */
const minDistance = 0.8;
const maxDistance = 2;
const usualDistance = 1.2;
/** Fonts that differ more than this are a heading and its text. */
const maxSizeRatio = 1.15;

/** Returns the lines of a page, with an empty one wherever a paragraph ends. */
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
  // the top of another column
  if (distance < -minDistance) return !runsOn(before, line, lines);
  if (distance < minDistance) return false;
  const ratio = before.size / line.size;
  return distance > paragraphGap * usual || ratio > maxSizeRatio || ratio < 1 / maxSizeRatio;
}

/**
 * Returns whether a sentence runs from the last line of a page or column into the first line of the next.
 *
 * @param page The lines of the first line's page.
 */
export function runsOn(line: Line, next: Line, page: readonly Line[]): boolean {
  if (line.isHyphenated || /^\p{Ll}/u.test(next.text)) return true;
  // the last row of a table
  if (line.pieces.length > 1) return false;
  return !endsSentence(line.text) && isFull(line, next, page);
}

function isFull(line: Line, next: Line, page: readonly Line[]): boolean {
  const column = page.filter((other) => Math.abs(other.left - line.left) < 2 * line.size);
  return isWrapped(line, next, extentOf(column));
}

/** Returns whether a text ends with a full stop, question mark or the like, in any script, and closing quotes. */
export function endsSentence(text: string): boolean {
  return /\p{Sentence_Terminal}[\p{Pe}\p{Pf}"']*$/u.test(text);
}
