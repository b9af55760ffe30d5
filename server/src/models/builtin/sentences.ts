import { splitText } from '../split-text.js';

/**
 * Matches sentence endings: punctuation followed by whitespace, full-width (CJK) punctuation, and blank lines. A match includes repeated
 * punctuation, and closing quotation marks and brackets.
 */
const sentenceEnd = /(?<![.!?…؟।])[.!?…؟।]+["'”’»)\]]*(?=\s)|[。！？]+[”’」』）]*|\n\s*?\n/gu;
/**
 * Matches text that ends with an initial or a common abbreviation, in one of several languages, and its full stop. Such a full stop does
 * not end a sentence.
 */
const abbreviation =
  /(?:^|[\s("'“‘«])(?:\p{L}|mrs?|ms|dr|prof|st|jr|sr|srta?|sra|mme|mlle|hr|fr|no|nr|vs|etc|e\.g|i\.e|z\.b|p\.ej|u\.s|ca|cf|fig|vol|pp)\.$/iu;
/** The number of characters to examine on each side of a full stop: more than the longest abbreviation and the character before it. */
const contextLength = 8;
/** Maximum length of a sentence, in characters. Longer sentences are split. */
const maxSentenceLength = 600;

/**
 * Splits text into sentences without knowing its language. Each sentence is a single line that contains a letter or digit. Less accurate
 * than the `parser` module, which must know the language, but accurate enough for summaries.
 */
export function* splitIntoSentences(text: string): Generator<string> {
  let start = 0;
  for (const match of text.matchAll(sentenceEnd)) {
    const end = match.index + match[0].length;
    if (!endsSentence(text, match[0], end)) continue;
    yield* cleanSentences(text.slice(start, end));
    start = end;
  }
  yield* cleanSentences(text.slice(start));
}

function endsSentence(text: string, ending: string, end: number): boolean {
  if (ending !== '.') return true;
  // a sentence does not begin with a lower-case letter ("approx. five")
  if (/^\s+\p{Ll}/u.test(text.slice(end, end + contextLength))) return false;
  return !abbreviation.test(text.slice(Math.max(0, end - contextLength), end));
}

function* cleanSentences(raw: string): Generator<string> {
  for (const piece of splitText(raw.trim(), maxSentenceLength, (part) => part.length)) {
    const sentence = piece.replaceAll(/\s+/g, ' ').trim();
    if (/[\p{L}\p{N}]/u.test(sentence)) yield sentence;
  }
}
