import { dirname, join, normalize } from 'node:path/posix';
import type { Block, Page } from './page.js';

/** A part of a page that its translation must have too: a heading, a block of code, a link or a row of a table. */
interface Landmark {
  readonly key: string;
  readonly shown: string;
  readonly line: number;
}

/**
 * Compares a page with its translation. Text, and comments in code, may differ. Headings (by level), code, links and rows of tables (by
 * the code in the first cell) must be the same, in the same order.
 *
 * @returns A message for each part that only one of the pages has, with its line.
 */
export function compareStructure(original: Page, translation: Page): string[] {
  const names = [original.path, translation.path];
  const [ours, theirs] = [landmarksOf(original, names), landmarksOf(translation, names)];
  const common = commonLengths(ours, theirs);
  const differences: string[] = [];
  let [i, j] = [0, 0];
  while (i < ours.length || j < theirs.length) {
    const [ourLandmark, theirLandmark] = [ours[i], theirs[j]];
    if (ourLandmark && theirLandmark && ourLandmark.key === theirLandmark.key) {
      i++;
      j++;
    } else if (ourLandmark && (!theirLandmark || common[i + 1]![j]! >= common[i]![j + 1]!)) {
      const after = theirs[j - 1]?.line ?? 0;
      differences.push(
        `${translation.path} lacks, after line ${after}, what is in ${original.path}:${ourLandmark.line}: ${ourLandmark.shown}`,
      );
      i++;
    } else if (theirLandmark) {
      differences.push(
        `${translation.path}:${theirLandmark.line} has what ${original.path} has not: ${theirLandmark.shown}`,
      );
      j++;
    }
  }
  return differences;
}

function landmarksOf({ path, headings, blocks, links, rows }: Page, names: readonly string[]): Landmark[] {
  const landmarks: Landmark[] = [
    ...headings.map(({ level, text, line }) => ({
      key: `heading ${level}`,
      shown: `${'#'.repeat(level)} ${text}`,
      line,
    })),
    // the translation needs no hidden sh and file blocks, which are for the tests
    ...blocks.filter(isShown).map(({ language, code, line }) => ({
      key: `block ${language} ${withoutComments(language, code)}`,
      shown: `the block ${language || 'of text'} that begins with \`${code.split('\n')[0] ?? ''}\``,
      line,
    })),
    ...links.map(({ target, line }) => ({
      key: `link ${nameTarget(path, target, names)}`,
      shown: `a link to ${target}`,
      line,
    })),
    ...rows.map(({ codes, cells, line }) => ({
      key: `row ${cells} ${codes.join(' ')}`,
      shown: `a row of ${cells} cells that begins with ${codes.length === 0 ? 'no code' : codes.map((code) => `\`${code}\``).join(' ')}`,
      line,
    })),
  ];
  return landmarks.sort((one, other) => one.line - other.line);
}

function isShown({ isHidden, language }: Block): boolean {
  return !isHidden || language === 'ts';
}

/** Names the target of a link, so that links to the other language, and to headings of the page itself, are equal in both pages. */
function nameTarget(path: string, target: string, names: readonly string[]): string {
  if (target.startsWith('#')) return 'a heading of this page';
  if (/^[a-z]+:/.test(target)) return target;
  const place = normalize(join(dirname(path), target));
  return names.includes(place) ? 'the other language' : place;
}

function withoutComments(language: string, code: string): string {
  const comment = language === 'ts' ? /(^|\s+)\/\/.*$/gm : language === 'sh' ? /(^|\s+)#.*$/gm : undefined;
  return comment ? code.replace(comment, '') : code;
}

/** Returns a table: `[i][j]` is the length of the longest common subsequence of `ours` from `i` on and `theirs` from `j` on. */
function commonLengths(ours: readonly Landmark[], theirs: readonly Landmark[]): number[][] {
  const table = Array.from({ length: ours.length + 1 }, () => new Array<number>(theirs.length + 1).fill(0));
  for (let i = ours.length - 1; i >= 0; i--) {
    for (let j = theirs.length - 1; j >= 0; j--) {
      const isSame = ours[i]!.key === theirs[j]!.key;
      table[i]![j] = isSame ? table[i + 1]![j + 1]! + 1 : Math.max(table[i + 1]![j]!, table[i]![j + 1]!);
    }
  }
  return table;
}
