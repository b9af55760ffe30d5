/** The result of comparing a text with a reference. */
export interface Comparison {
  /** The number of words in the reference. */
  readonly words: number;
  /** How many of the reference's words the text lacks. Each occurrence of a word is counted. */
  readonly missing: number;
  /** How many of the missing words do not occur in the text at all. Excludes, for example, repetitions of a page header. */
  readonly absent: number;
  /** The share of the reference's letters and digits that the text lacks. 0 if words are only split differently. */
  readonly missingLetters: number;
  /** Up to {@link maxExamples} of the absent words. */
  readonly examples: readonly string[];
}

const maxExamples = 12;

/** Compares the words of a text with the words of a reference, regardless of their order. */
export function compareWords(text: string, reference: string): Comparison {
  const available = countWords(text);
  const wanted = countWords(reference);
  let words = 0;
  let missing = 0;
  let absent = 0;
  const examples: string[] = [];
  for (const [word, count] of wanted) {
    const found = available.get(word) ?? 0;
    words += count;
    missing += Math.max(0, count - found);
    if (found > 0) continue;
    absent += count;
    if (examples.length < maxExamples) examples.push(word);
  }
  return { words, missing, absent, missingLetters: computeMissingShare(available, wanted), examples };
}

/**
 * Counts the words of a text, except numbers and single letters. In scripts without spaces between words, each character is counted as a
 * word, because lines can break between any two characters.
 */
function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const folded = text.normalize('NFKC').replaceAll('\u00ad', '').toLowerCase();
  const words = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Khmer}\p{sc=Lao}\p{sc=Mymr}]|[\p{L}\p{M}\p{N}]+/gu;
  for (const [word] of folded.matchAll(words)) {
    if (/^[\p{N}\p{M}]*$/u.test(word) || /^[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}]$/u.test(word)) continue;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

function computeMissingShare(available: ReadonlyMap<string, number>, wanted: ReadonlyMap<string, number>): number {
  const availableLetters = countLetters(available);
  let total = 0;
  let missing = 0;
  for (const [letter, count] of countLetters(wanted)) {
    total += count;
    missing += Math.max(0, count - (availableLetters.get(letter) ?? 0));
  }
  return missing / Math.max(1, total);
}

function countLetters(words: ReadonlyMap<string, number>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [word, count] of words) for (const letter of word) counts.set(letter, (counts.get(letter) ?? 0) + count);
  return counts;
}
