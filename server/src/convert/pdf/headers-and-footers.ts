import { createHash } from 'node:crypto';
import type { Line } from './line.js';
import { continuesSentence } from './paragraphs.js';

type Page = readonly Line[];

/** Maximum number of lines in a header or footer, and their maximum share of the page's lines. */
const maxLines = 3;
const maxShare = 0.4;
/**
 * Minimum number of pages with the same header or footer. Pages that differ only in numbers count as one, unless the line may be a page
 * number.
 */
const minPages = 3;
/** The spacing, in points, of the grid to which the vertical positions of lines are rounded before comparison. */
const gridSize = 3;

interface Occurrence {
  readonly pageIndex: number;
  readonly line: Line;
  readonly isTop: boolean;
  readonly numbers: readonly number[];
}

/**
 * Removes all but one occurrence of each header and footer, because headers and footers interrupt sentences that continue on the next
 * page. A header or footer is a line that is repeated on several pages, with the same text or with a page number. Lines with both words
 * and a page number are removed only if a sentence anywhere in the document continues across a page break. Otherwise, each page may be a
 * separate document (`Invoice 1`, `Invoice 2`).
 */
export function removeHeadersAndFooters(pages: readonly Page[]): Page[] {
  const groups = groupRepeatedLines(pages);
  const candidates = groups.filter((group) => hasSameText(group) || isNumbered(group));
  const candidateLines = new Set(candidates.flatMap((group) => group.map(({ line }) => line)));
  const bodies = pages.map((page) => page.filter((line) => !candidateLines.has(line)));
  const isContinuous = bodies.some((_, pageIndex) => continuesOnNextPage(bodies, pageIndex));
  const removed = new Set<Line>();
  for (const group of candidates) {
    const hasWordsAndPageNumber = !hasSameText(group) && /\p{L}/u.test(group[0]?.line.text ?? '');
    if (hasWordsAndPageNumber && !isContinuous) continue;
    const kept = findLineToKeep(group, bodies);
    for (const { line } of group) if (line !== kept) removed.add(line);
  }
  return pages.map((page) => page.filter((line) => !removed.has(line)));
}

/**
 * Returns groups of lines that occur at the same vertical position on several pages and differ only in numbers. Searches the first and
 * last few lines of each page from the edge inwards, and stops at the first line that is repeated on too few pages or is body text.
 */
function groupRepeatedLines(pages: readonly Page[]): Occurrence[][] {
  const edges = pages.map((page) => {
    const sorted = page.toSorted((a, b) => b.y - a.y);
    const count = Math.min(maxLines, Math.floor(maxShare * page.length));
    return { top: sorted.slice(0, count), bottom: sorted.slice(page.length - count).toReversed() };
  });
  const countByKey = new Map<string, number>();
  for (const key of edges.flatMap(({ top, bottom }) => [...top, ...bottom].map(getKey))) {
    countByKey.set(key, (countByKey.get(key) ?? 0) + 1);
  }
  const isRepeatedAcrossPages = (line: Line): boolean => (countByKey.get(getKey(line)) ?? 0) >= minPages;
  const groupByKey = new Map<string, Occurrence[]>();
  for (const [pageIndex, { top, bottom }] of edges.entries()) {
    for (const [isTop, lines, opposite] of [
      [true, top, bottom],
      [false, bottom, top],
    ] as const) {
      const linesToSearch = (pages[pageIndex] ?? []).filter((line) => !opposite.includes(line));
      const end = lines.findIndex((line) => !isRepeatedAcrossPages(line) || isRepeatedOnPage(line, linesToSearch));
      for (const line of end === -1 ? lines : lines.slice(0, end)) {
        const group = groupByKey.get(getKey(line)) ?? [];
        groupByKey.set(getKey(line), group);
        const numbers = (line.text.match(/\p{Nd}+/gu) ?? []).map(Number);
        if (group.at(-1)?.pageIndex !== pageIndex) group.push({ pageIndex, line, isTop, numbers });
      }
    }
  }
  const hashes = pages.map(hashPage);
  // copies of a form repeat all its lines, so pages that differ only in numbers count as one, except for page numbers
  const isOnEnoughPages = (group: readonly Occurrence[]): boolean =>
    mayBePageNumber(group) || new Set(group.map(({ pageIndex }) => hashes[pageIndex])).size >= minPages;
  return [...groupByKey.values()].filter((group) => group.length >= minPages && isOnEnoughPages(group));
}

/**
 * Returns whether a line with letters occurs more than once on its page, such as the refrain of a song, and is therefore body text.
 *
 * @param lines The lines of the page, without those at the opposite edge, because a footer can repeat the header.
 */
function isRepeatedOnPage({ text }: Line, lines: Page): boolean {
  return /\p{L}/u.test(text) && lines.filter((line) => line.text === text).length > 1;
}

/** Returns a hash that is the same for pages that differ only in numbers. A hash takes up less memory than the text. */
function hashPage(page: Page): string {
  const hash = createHash('sha256');
  for (const line of page) hash.update(`${getKey(line)}\n`);
  return hash.digest('base64');
}

function mayBePageNumber(group: readonly Occurrence[]): boolean {
  return !hasSameText(group) && !/\p{L}/u.test(group[0]?.line.text ?? '');
}

function getKey({ text, y }: Line): string {
  return `${Math.round(y / gridSize)} ${text.replaceAll(/\p{Nd}+/gu, '0')}`;
}

function hasSameText(group: readonly Occurrence[]): boolean {
  return group.every(({ line }) => line.text === group[0]?.line.text);
}

/** Returns whether each number in the lines is the same on all pages, or increases by one per page. */
function isNumbered(group: readonly Occurrence[]): boolean {
  const [first] = group;
  return (first?.numbers ?? []).every(
    (number, i) =>
      group.every(({ numbers }) => numbers[i] === number) ||
      group.every(({ numbers, pageIndex }) => (numbers[i] ?? 0) - pageIndex === number - (first?.pageIndex ?? 0)),
  );
}

/** Returns the line to keep: the first header or last footer, preferably one that does not interrupt a sentence. */
function findLineToKeep(group: readonly Occurrence[], bodies: readonly Page[]): Line | undefined {
  const isTop = group[0]?.isTop === true;
  const sorted = isTop ? group : group.toReversed();
  return (sorted.find(({ pageIndex }) => !continuesOnNextPage(bodies, isTop ? pageIndex - 1 : pageIndex)) ?? sorted[0])
    ?.line;
}

function continuesOnNextPage(bodies: readonly Page[], pageIndex: number): boolean {
  const before = bodies[pageIndex] ?? [];
  const last = before.at(-1);
  const next = bodies[pageIndex + 1]?.[0];
  return last !== undefined && next !== undefined && continuesSentence(last, next, before);
}
