import type { Token, Tokenizer } from 'marked';

/** Maximum work of `marked`, in marks times characters. A billion takes some seconds. */
const maxWork = 1_000_000_000;
/** Work for inline markup that is not counted: that of a paragraph of about 2 000 characters. */
const freeWork = 100_000;

const marks = /[!-/:-@[-`{-~]/g;

/**
 * Wraps `read`, which parses inline markup, in a limit on its work. From every mark, `read` searches for the end of an emphasis or link,
 * so its time grows with marks times characters. Markup beyond the limit stays unchanged in the text.
 *
 * @param onLimit Called once, when the limit is reached.
 */
export function boundInline(
  read: (source: string, tokens?: Token[]) => Token[],
  onLimit: () => void,
): (source: string, tokens?: Token[]) => Token[] {
  let left = maxWork;
  let isOver = false;
  return (source, tokens = []) => {
    const work = source.length * (source.match(marks)?.length ?? 0);
    if (work > freeWork) {
      if (work > left) {
        if (!isOver) onLimit();
        isOver = true;
        tokens.push({ type: 'text', raw: source, text: source, escaped: false });
        return tokens;
      }
      left -= work;
    }
    return read(source, tokens);
  };
}

/** Maximum work of `marked` for lists and quotations, in characters. It takes some seconds. */
const maxBlockWork = 100_000_000;
/** Additional work allowed per character of the file, enough for ten levels of lists. */
const workPerCharacter = 50;
/** Work per character of a list or quotation. Parsing a character takes longer than searching it. */
const readingCost = 5;
const blankLine = /\n[ \t]*\n/;

/**
 * Limits how often a tokenizer reads the same blocks. It reads a list within a quotation again for each line that continues the list,
 * and from each line of an item it searches for the end of the paragraph.
 *
 * @param length The length of the file, in characters.
 * @param onLimit Throws the error for a file that exceeds the limit.
 */
export function boundBlocks(tokenizer: Tokenizer, length: number, onLimit: () => never): void {
  let left = maxBlockWork + workPerCharacter * length;
  const spend = (work: number): void => {
    left -= work;
    if (left < 0) onLimit();
  };
  const list = tokenizer.list.bind(tokenizer);
  const blockquote = tokenizer.blockquote.bind(tokenizer);
  const text = tokenizer.text.bind(tokenizer);
  tokenizer.list = (source) => {
    const token = list(source);
    if (token) spend(readingCost * token.raw.length);
    return token;
  };
  tokenizer.blockquote = (source) => {
    const token = blockquote(source);
    if (token) spend(readingCost * token.raw.length);
    return token;
  };
  tokenizer.text = (source) => {
    const end = source.search(blankLine);
    spend(end === -1 ? source.length : end);
    return text(source);
  };
}

/** Work when a quotation resumes, in starts: `marked` joins it with all text that follows, several times if it has a list. */
const quotationStart = 4;

/** The line below the header of a table. */
const delimiterRow = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-*:?[ \t]*)*$/;

/**
 * Returns whether reading the blocks would take minutes. Up to the next blank line, `marked` reads ahead from each line that could be
 * the delimiter row of a table, and reads again wherever a quotation resumes.
 */
export function hasTooManyBlocks(markdown: string): boolean {
  let work = 0;
  let starts = 0;
  let length = 0;
  let isQuoted = true;
  for (let start = 0; start <= markdown.length;) {
    const found = markdown.indexOf('\n', start);
    const end = found === -1 ? markdown.length : found;
    const line = markdown.slice(start, end).trim();
    if (line === '') {
      work += starts * length;
      starts = 0;
      length = 0;
      isQuoted = true;
    } else {
      const wasQuoted = isQuoted;
      isQuoted = line.startsWith('>');
      length += end - start + 1;
      if (isQuoted && !wasQuoted) starts += quotationStart;
      else if (line.includes('-') && delimiterRow.test(line.replace(/^[\s>]+/, ''))) starts++;
    }
    if (work + starts * length > maxWork) return true;
    start = end + 1;
  }
  return false;
}
