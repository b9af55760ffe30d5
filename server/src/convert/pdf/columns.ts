import { markHyphens } from './join-words.js';
import { computeExtent, createLine, type Line, type Piece } from './line.js';

/** Minimum number of lines in a column, and minimum mean number of words per line. With fewer, the lines are probably table cells. */
const minLines = 3;
const minWordsPerLine = 3;
/** Minimum share of a column's lines, except the last, that end because the next word did not fit. */
const minWrappedShare = 0.75;
/** Minimum share of a column's lines, except the first, that continue the sentence of the previous line. */
const minContinuedShare = 0.5;
/**
 * Columns can start at the first line of a block, or at one of this many lines at its end. Other lines are not tried, because a longer
 * block is probably a table, and trying every line of a long table takes minutes.
 */
const maxStartLines = 200;

/**
 * Restores the reading order of columns of text that were drawn row by row, across the gap between the columns. The rows of tables are not
 * changed. In columns of text, unlike in tables, lines end where the next word does not fit, and sentences continue on the next line.
 */
export function orderColumns(lines: readonly Line[]): Line[] {
  const ordered: Line[] = [];
  for (let i = 0; i < lines.length;) {
    const block = findBlock(lines, i);
    const columns = block && splitBlock(block.lines, block.gap);
    if (columns?.every(isTextColumn)) {
      for (const column of columns) for (const line of orderColumns(markHyphens(column))) ordered.push(line);
      i += block?.lines.length ?? 1;
    } else {
      const end = i + Math.max(1, (block?.lines.length ?? 0) - maxStartLines);
      for (; i < end; i++) if (lines[i]) ordered.push(lines[i] as Line);
    }
  }
  return ordered;
}

interface Gap {
  readonly left: number;
  readonly right: number;
}

/** Returns the consecutive lines from an index onwards that share a gap, or `undefined` if there are too few. */
function findBlock(lines: readonly Line[], start: number): { lines: readonly Line[]; gap: Gap } | undefined {
  const first = lines[start];
  if (!first || first.pieces.length < 2) return undefined;
  let gap = findGaps(first)[0];
  let end = start + 1;
  for (; gap && end < lines.length; end++) {
    const line = lines[end];
    const before = lines[end - 1];
    if (!line || !before || before.y - line.y <= 0 || before.y - line.y > 2.5 * line.fontSize) break;
    const next = narrowGap(gap, line);
    if (!next) break;
    gap = next;
  }
  return gap && end - start >= minLines ? { lines: lines.slice(start, end), gap } : undefined;
}

function findGaps({ pieces }: Line): Gap[] {
  const sorted = pieces.toSorted((a, b) => a.left - b.left);
  return sorted.slice(1).map(({ left }, i) => ({ left: sorted[i]?.right ?? left, right: left }));
}

/** Returns the part of a gap that a line leaves free, or `undefined` if no free part is at least as wide as the line's font size. */
function narrowGap(gap: Gap, line: Line): Gap | undefined {
  const free = [...findGaps(line), { left: -Infinity, right: line.left }, { left: line.right, right: Infinity }];
  for (const { left, right } of free) {
    const shared = { left: Math.max(left, gap.left), right: Math.min(right, gap.right) };
    if (shared.right - shared.left >= line.fontSize) return shared;
  }
  return undefined;
}

function splitBlock(lines: readonly Line[], gap: Gap): Line[][] {
  const takeColumn = (isInColumn: (piece: Piece) => boolean): Line[] =>
    lines.flatMap(({ pieces, y, fontSize, isHyphenated }) => {
      const taken = pieces.filter(isInColumn);
      return taken.length === 0 ? [] : [createLine(taken, y, fontSize, isHyphenated && taken.at(-1) === pieces.at(-1))];
    });
  const columns = [takeColumn(({ right }) => right <= gap.left), takeColumn(({ left }) => left >= gap.right)];
  return isRightToLeft(lines) ? columns.toReversed() : columns;
}

function isRightToLeft(lines: readonly Line[]): boolean {
  return lines.filter(({ text }) => /[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(text)).length > lines.length / 2;
}

function isTextColumn(column: readonly Line[]): boolean {
  if (column.length < minLines) return false;
  const extent = computeExtent(column);
  let wordCount = 0;
  let wrappedCount = 0;
  let continuedCount = 0;
  for (const [i, line] of column.entries()) {
    wordCount += line.text.split(/\s/).length;
    const next = column[i + 1];
    if (!next) continue;
    if (isWrapped(line, next, extent)) wrappedCount++;
    if (line.isHyphenated || /^[\p{Ll}\p{Lo}]/u.test(next.text) || /\p{L}-$/u.test(line.text)) continuedCount++;
  }
  const pairCount = column.length - 1;
  return (
    wordCount >= minWordsPerLine * column.length &&
    wrappedCount >= minWrappedShare * pairCount &&
    continuedCount >= minContinuedShare * pairCount
  );
}

/** Returns whether a line was wrapped: the first word of the next line would not have fitted on the line. */
export function isWrapped(line: Line, next: Line, { left, right }: { left: number; right: number }): boolean {
  const [word = ''] = next.text.split(/\s/, 1);
  const isCjk = /^\p{Script=Han}|^\p{Script=Hiragana}|^\p{Script=Katakana}/u.test(word);
  const wordShare = isCjk ? 1 / next.text.length : (word.length + 1) / Math.max(1, next.text.length);
  const wordWidth = wordShare * (next.right - next.left);
  const freeWidth = right - left - (line.right - line.left);
  return freeWidth < wordWidth;
}
