import type { Token, Tokenizer } from 'marked';

/** The work that `marked` may have with inline markup beyond `freeWork`, in marks times characters. A billion takes some seconds. */
const maxWork = 1_000_000_000;
/** The work of a paragraph of some 2 000 characters, which is not counted. */
const freeWork = 100_000;

const marks = /[!-/:-@[-`{-~]/g;

/**
 * Returns the function that reads inline markup, with a limit: it looks for the end of an emphasis or a link from every mark on, so
 * its time grows with the marks times the characters. What is beyond the limit stays as it is.
 *
 * @param onLimit Is called once, when something stays as it is.
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

/** The work that `marked` may have with lists and quotations, in characters. It takes some seconds. */
const maxBlockWork = 100_000_000;
/** How often each character of a file may count besides: ten levels of lists. */
const workPerCharacter = 50;
/** A character of a list or quotation takes longer than one that is only searched. */
const readingCost = 5;
const blankLine = /\n[ \t]*\n/;

/**
 * Limits how often a tokenizer reads the same blocks. A list within a quotation is read again at each line that continues it, and each
 * line of an item is the start of a search for the end of its paragraph.
 *
 * @param length The length of the file.
 * @param onLimit Throws the error.
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

/** A quotation that starts again is joined with all that follows it, several times if it has a list. */
const quotationStart = 4;

/** The line below the header of a table. */
const delimiterRow = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-*:?[ \t]*)*$/;

/**
 * Returns whether reading the blocks would take minutes. Between two blank lines, `marked` reads on from each line that could be the
 * one below the header of a table, and reads again where a quotation starts again.
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
