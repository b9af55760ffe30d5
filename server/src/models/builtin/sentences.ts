import { splitText } from '../split-text.js';

/**
 * Matches sentence endings: punctuation followed by whitespace, full-width (CJK) punctuation, and blank lines. Repeated punctuation is one
 * match.
 */
const sentenceEnd = /(?<![.!?…؟।])[.!?…؟।]+["'”’»)\]]*(?=\s)|[。！？]+[”’」』）]*|\n\s*?\n/gu;
/** Matches an initial or a common abbreviation, in several languages, with its full stop. Such a full stop does not end a sentence. */
const abbreviation =
  /(?:^|[\s("'“‘«])(?:\p{L}|mrs?|ms|dr|prof|st|jr|sr|srta?|sra|mme|mlle|hr|fr|no|nr|vs|etc|e\.g|i\.e|z\.b|p\.ej|u\.s|ca|cf|fig|vol|pp)\.$/iu;
/** How many characters to examine on either side of a full stop. Longer than any abbreviation with the character before it. */
const contextLength = 8;
/** Maximum length of a sentence, in characters. Longer sentences are split. */
const maxSentenceLength = 600;

/**
 * Splits text in any language into sentences. Each sentence is one line, and contains a letter or digit. Less accurate than the
 * `parser` module, which needs to know the language, but accurate enough to summarize.
 */
export function* splitIntoSentences(text: string): Generator<string> {
  let start = 0;
  for (const match of text.matchAll(sentenceEnd)) {
    const to = match.index + match[0].length;
    if (!endsSentence(text, match[0], to)) continue;
    yield* cleanSentences(text.slice(start, to));
    start = to;
  }
  yield* cleanSentences(text.slice(start));
}

function endsSentence(text: string, mark: string, to: number): boolean {
  if (mark !== '.') return true;
  // a sentence does not begin with a lower-case letter ("approx. five")
  if (/^\s+\p{Ll}/u.test(text.slice(to, to + contextLength))) return false;
  return !abbreviation.test(text.slice(Math.max(0, to - contextLength), to));
}

function* cleanSentences(raw: string): Generator<string> {
  for (const piece of splitText(raw.trim(), maxSentenceLength, (part) => part.length)) {
    const sentence = piece.replaceAll(/\s+/g, ' ').trim();
    if (/[\p{L}\p{N}]/u.test(sentence)) yield sentence;
  }
}
