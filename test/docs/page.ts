/** A fenced block of code, or an HTML comment for the tests: `<!-- ts`, `<!-- sh` or `<!-- file: NAME`. */
export interface Block {
  /** The first word after the fence, or the first word of the comment. */
  readonly language: string;
  readonly code: string;
  /** The line number of the first line of code, from 1. */
  readonly line: number;
  readonly isHidden?: boolean;
  /** The file name if the block is a file, from its comment or from the line above, which ends in the name and a colon. */
  readonly file?: string;
  /** Why the block is not run, from a comment before it: `<!-- sh: not run: REASON -->`. */
  readonly notRun?: string;
  /** Whether the block directly follows the previous block. */
  readonly followsBlock?: boolean;
}

export interface Heading {
  readonly level: number;
  readonly text: string;
  /** The anchor that GitHub gives the heading. */
  readonly anchor: string;
  readonly line: number;
}

export interface Link {
  readonly target: string;
  readonly line: number;
}

/** A row of a table, identified by the code in its first cell. */
export interface Row {
  readonly codes: readonly string[];
  readonly cells: number;
  readonly line: number;
}

export interface Page {
  /** The path in the repository. */
  readonly path: string;
  readonly blocks: readonly Block[];
  readonly headings: readonly Heading[];
  readonly links: readonly Link[];
  readonly rows: readonly Row[];
}

/** Reads the parts of a Markdown page that can be checked. */
export function readPage(path: string, text: string): Page {
  const { blocks, prose } = takeBlocks(path, text.split('\n'));
  return { path, blocks, headings: readHeadings(prose), links: readLinks(prose), rows: readRows(prose) };
}

/** Returns the blocks, and the lines of the page with those of blocks replaced by empty lines. */
function takeBlocks(path: string, lines: readonly string[]): { blocks: Block[]; prose: string[] } {
  const blocks: Block[] = [];
  const prose: string[] = [];
  let notRun: string | undefined;
  // the index of the last line of the previous block
  let previousEnd = -1;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    const fence = /^( *)(`{3,})\s*([\w-]*)/.exec(line);
    const comment = fence ? null : /^<!--\s*(?:(ts|sh|file)\b)?/.exec(line);
    if (!fence && !comment) {
      if (notRun !== undefined && line.trim() !== '') {
        throw new Error(`${path}:${index + 1}: Expected the block that is not run, got ${line}`);
      }
      prose.push(line);
      continue;
    }
    const at = `${path}:${index + 1}`;
    const end = fence ? new RegExp(`^ *${fence[2]!}\\s*$`) : /-->/;
    const last = lines.findIndex((other, place) => (fence ? place > index : place >= index) && end.test(other));
    if (last < 0) throw new Error(`${at}: Expected what begins here to end, got the end of the page`);
    const code = lines.slice(index + 1, last).map((other) => other.slice(fence?.[1]?.length ?? 0));
    const inside = fence?.[2] === '```' ? code.findIndex((other) => /^```\w/.test(other)) : -1;
    if (inside >= 0) throw new Error(`${at}: Expected the block to end before line ${index + inside + 2}`);
    const block = { code: code.join('\n'), line: index + 2 };
    if (fence) {
      const above = prose.slice(0, index).findLast((other) => other.trim() !== '');
      const file = /(?:^|\s)`([\w./-]+\.\w+)`:$/.exec(above ?? '')?.[1];
      const followsBlock =
        previousEnd >= 0 && lines.slice(previousEnd + 1, index).every((other) => other.trim() === '');
      blocks.push({
        ...block,
        language: fence[3]!,
        ...(file !== undefined && { file }),
        ...(notRun !== undefined && { notRun }),
        ...(followsBlock && { followsBlock }),
      });
      notRun = undefined;
      previousEnd = last;
    } else if (comment?.[1] !== undefined) {
      if (line.startsWith('<!-- sh:')) notRun = readNotRun(at, lines.slice(index, last + 1).join(' '));
      else blocks.push({ ...block, ...readHidden(at, comment[1], line) });
    }
    for (let place = index; place <= last; place++) prose.push('');
    index = last;
  }
  if (notRun !== undefined) throw new Error(`${path}: Expected the block that is not run, got the end of the page`);
  return { blocks, prose };
}

function readNotRun(at: string, comment: string): string {
  const [, reason = ''] = /^<!-- sh: not run: (.*\S)\s*-->$/.exec(comment) ?? [];
  if (reason === '') throw new Error(`${at}: Expected <!-- sh: not run: REASON -->, got ${comment}`);
  return reason.replace(/\s+/g, ' ');
}

function readHidden(at: string, language: string, line: string): Pick<Block, 'language' | 'isHidden' | 'file'> {
  if (language !== 'file') return { language, isHidden: true };
  const [, file] = /^<!-- file: (\S+)$/.exec(line) ?? [];
  if (file === undefined) throw new Error(`${at}: Expected <!-- file: NAME, got ${line}`);
  return { language, isHidden: true, file };
}

function readHeadings(prose: readonly string[]): Heading[] {
  const headingCounts = new Map<string, number>();
  return prose.flatMap((line, index) => {
    const [, marks, title] = /^(#{1,6}) +(.*?)\s*#*$/.exec(line) ?? [];
    if (marks === undefined || title === undefined) return [];
    const text = title.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
    const base = text
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    const earlier = headingCounts.get(base) ?? 0;
    headingCounts.set(base, earlier + 1);
    return [{ level: marks.length, text, anchor: earlier === 0 ? base : `${base}-${earlier}`, line: index + 1 }];
  });
}

/** Returns the links, including links whose text continues in the next line. */
function readLinks(prose: readonly string[]): Link[] {
  const text = prose.join('\n').replace(/`[^`\n]*`/g, (code) => ' '.repeat(code.length));
  return [...text.matchAll(/\[[^\][]*\]\(([^()\s]+)\)/g)].map(({ 1: target = '', index, 0: all }) => ({
    target,
    line: text.slice(0, index + all.length).split('\n').length,
  }));
}

function readRows(prose: readonly string[]): Row[] {
  return prose.flatMap((line, index) => {
    if (!/^\|.*\|\s*$/.test(line) || /^\|[\s|:-]+$/.test(line)) return [];
    const cells = line
      .trim()
      .slice(1, -1)
      .split(/(?<!\\)\|/);
    const codes = [...(cells[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
    return [{ codes, cells: cells.length, line: index + 1 }];
  });
}
