import { splitText } from '../split-text.js';

/**
 * Matches sentence endings: punctuation before a space, punctuation that needs no space, and blank lines. Repeated marks are one
 * match.
 */
const end = /(?<![.!?…؟।])[.!?…؟।]+["'”’»)\]]*(?=\s)|[。！？]+[”’」』）]*|\n\s*?\n/gu;
/** Matches full stops that do not end a sentence: those in initials and in common abbreviations from several languages. */
const abbreviation =
  /(?:^|[\s("'“‘«])(?:\p{L}|mrs?|ms|dr|prof|st|jr|sr|srta?|sra|mme|mlle|hr|fr|no|nr|vs|etc|e\.g|i\.e|z\.b|p\.ej|u\.s|ca|cf|fig|vol|pp)\.$/iu;
/** Maximum length of an abbreviation, in characters, including the character before it. */
const longestAbbreviation = 8;
/** Maximum length of a sentence, in characters. Longer ones are split. */
const longestSentence = 600;

/**
 * Splits text in any language into sentences. Each sentence is on one line and contains a letter or digit. This is less accurate
 * than the `parser` module, which handles one language at a time, but good enough for selecting sentences.
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
  // a sentence does not begin with a lower-case letter ("approx. five")
  if (/^\s+\p{Ll}/u.test(text.slice(to, to + longestAbbreviation))) return false;
  return !abbreviation.test(text.slice(Math.max(0, to - longestAbbreviation), to));
}

function* readable(raw: string): Generator<string> {
  for (const piece of splitText(raw.trim(), longestSentence, (part) => part.length)) {
    const sentence = piece.replaceAll(/\s+/g, ' ').trim();
    if (/[\p{L}\p{N}]/u.test(sentence)) yield sentence;
  }
}
