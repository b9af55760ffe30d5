import { splitText } from '../split-text.js';

/** Marks that end a sentence before a space, marks that need no space, and empty lines. A row of marks is one match. */
const end = /(?<![.!?…؟।])[.!?…؟।]+["'”’»)\]]*(?=\s)|[。！？]+[”’」』）]*|\n\s*?\n/gu;
/** What has a full stop without ending a sentence: initials, and common abbreviations of several languages. */
const abbreviation =
  /(?:^|[\s("'“‘«])(?:\p{L}|mrs?|ms|dr|prof|st|jr|sr|srta?|sra|mme|mlle|hr|fr|no|nr|vs|etc|e\.g|i\.e|z\.b|p\.ej|u\.s|ca|cf|fig|vol|pp)\.$/iu;
/** The most characters of an abbreviation, including the character before it. */
const longestAbbreviation = 8;
/** The most characters of one sentence; longer ones are cut. */
const longestSentence = 600;

/**
 * Splits a text of any language into sentences, each on one line and with at least one letter or digit. This is less exact than the
 * module `parser`, which knows one language at a time, but good enough for selecting sentences.
 */
export function* sentencesOf(text: string): Generator<string> {
  let start = 0;
  for (const match of text.matchAll(end)) {
    const to = match.index + match[0].length;
    if (!endsThere(text, match[0], to)) continue;
    yield* readable(text.slice(start, to));
    start = to;
  }
  yield* readable(text.slice(start));
}

function endsThere(text: string, mark: string, to: number): boolean {
  if (mark !== '.') return true;
  // "approx. five": a sentence does not begin in lower case
  if (/^\s+\p{Ll}/u.test(text.slice(to, to + longestAbbreviation))) return false;
  return !abbreviation.test(text.slice(Math.max(0, to - longestAbbreviation), to));
}

function* readable(raw: string): Generator<string> {
  for (const piece of splitText(raw.trim(), longestSentence, (part) => part.length)) {
    const sentence = piece.replaceAll(/\s+/g, ' ').trim();
    if (/[\p{L}\p{N}]/u.test(sentence)) yield sentence;
  }
}
