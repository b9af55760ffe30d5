import type { Token, Tokenizer } from 'marked';

/**
 * Maximum work of `marked`: the number of punctuation marks times the length of inline markup, or the number of reads times the length of
 * the text that is read ahead. A billion takes a few seconds.
 */
const maxWork = 1_000_000_000;
/** A call with at most this much work, such as 2,000 characters with 50 punctuation marks, does not count towards the limit. */
const uncountedWork = 100_000;

const punctuation = /[!-/:-@[-`{-~]/g;

/**
 * Wraps `parse`, a parser for inline markup, to limit its work. From each punctuation mark, `parse` can search for the end of a link or of
 * emphasized text, so its time grows with the number of marks times the length. Markup that would exceed the limit is left unchanged.
 *
 * @param onLimit Called the first time that the limit is exceeded.
 */
export function limitInlineWork(
  parse: (source: string, tokens?: Token[]) => Token[],
  onLimit: () => void,
): (source: string, tokens?: Token[]) => Token[] {
  let remaining = maxWork;
  let isExceeded = false;
  return (source, tokens = []) => {
    const work = source.length * (source.match(punctuation)?.length ?? 0);
    if (work > uncountedWork) {
      if (work > remaining) {
        if (!isExceeded) onLimit();
        isExceeded = true;
        tokens.push({ type: 'text', raw: source, text: source, escaped: false });
        return tokens;
      }
      remaining -= work;
    }
    return parse(source, tokens);
  };
}

/** Work allowed for the lists and block quotes of a file, regardless of its length, in characters. This much takes a few seconds. */
const baseBlockWork = 100_000_000;
/** Additional work allowed per character of the file, enough for lists nested ten levels deep. */
const workPerCharacter = 50;
/** Work per character of a list or block quote. Parsing a character takes longer than scanning it. */
const parsingCost = 5;
const blankLine = /\n[ \t]*\n/;

/**
 * Limits the work of a tokenizer, which can read the same blocks many times. The tokenizer rereads a list within a block quote for each
 * line that continues the list, and searches for the end of the paragraph from each line of a list item.
 *
 * @param length The length of the file, in characters.
 * @param onLimit Called when the limit is exceeded. Must throw.
 */
export function limitBlockWork(tokenizer: Tokenizer, length: number, onLimit: () => never): void {
  let remaining = baseBlockWork + workPerCharacter * length;
  const spend = (work: number): void => {
    remaining -= work;
    if (remaining < 0) onLimit();
  };
  const list = tokenizer.list.bind(tokenizer);
  const blockquote = tokenizer.blockquote.bind(tokenizer);
  const text = tokenizer.text.bind(tokenizer);
  tokenizer.list = (source) => {
    const token = list(source);
    if (token) spend(parsingCost * token.raw.length);
    return token;
  };
  tokenizer.blockquote = (source) => {
    const token = blockquote(source);
    if (token) spend(parsingCost * token.raw.length);
    return token;
  };
  tokenizer.text = (source) => {
    const end = source.search(blankLine);
    spend(end === -1 ? source.length : end);
    return text(source);
  };
}

/**
 * Number of reads to count for a quoted line that follows an unquoted line. At such a line, `marked` joins the quote with the text up to
 * the next blank line, and does so several times if the quote contains a list.
 */
const readsPerQuote = 4;

/** Matches the delimiter row below a table's header. */
const delimiterRow = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-*:?[ \t]*)*$/;

/**
 * Returns whether parsing the blocks would take too long. `marked` reads ahead to the next blank line from each line that could be the
 * delimiter row of a table, and from each quoted line that follows an unquoted line.
 */
export function hasTooManyBlocks(markdown: string): boolean {
  let work = 0;
  let reads = 0;
  let length = 0;
  let isQuoted = true;
  for (let start = 0; start <= markdown.length;) {
    const lineBreak = markdown.indexOf('\n', start);
    const end = lineBreak === -1 ? markdown.length : lineBreak;
    const line = markdown.slice(start, end).trim();
    if (line === '') {
      work += reads * length;
      reads = 0;
      length = 0;
      isQuoted = true;
    } else {
      const wasQuoted = isQuoted;
      isQuoted = line.startsWith('>');
      length += end - start + 1;
      if (isQuoted && !wasQuoted) reads += readsPerQuote;
      else if (line.includes('-') && delimiterRow.test(line.replace(/^[\s>]+/, ''))) reads++;
    }
    if (work + reads * length > maxWork) return true;
    start = end + 1;
  }
  return false;
}
