export interface Comparison {
  /** The number of words in the reference. */
  readonly words: number;
  /** How many of them the text lacks, where a word that occurs n times counts n times. */
  readonly missing: number;
  /** How many of them are words that the text has nowhere: what is repeated, such as a header, is not among them. */
  readonly absent: number;
  /** How many letters and digits of the reference the text lacks, as a share: words that are only cut differently lack none. */
  readonly missingLetters: number;
  /** The first absent words. */
  readonly examples: readonly string[];
}

const maxExamples = 12;

/** Compares the words of a text with those of a reference, whatever their order. */
export function compareWords(text: string, reference: string): Comparison {
  const have = countWords(text);
  const wanted = countWords(reference);
  let words = 0;
  let missing = 0;
  let absent = 0;
  const examples: string[] = [];
  for (const [word, count] of wanted) {
    const found = have.get(word) ?? 0;
    words += count;
    missing += Math.max(0, count - found);
    if (found > 0) continue;
    absent += count;
    if (examples.length < maxExamples) examples.push(word);
  }
  return { words, missing, absent, missingLetters: missingLetters(have, wanted), examples };
}

/**
 * Counts the words of two letters or more. Scripts without spaces between the words count by characters, because lines end anywhere
 * in them.
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

function missingLetters(have: ReadonlyMap<string, number>, wanted: ReadonlyMap<string, number>): number {
  const left = countLetters(have);
  let all = 0;
  let missing = 0;
  for (const [letter, count] of countLetters(wanted)) {
    all += count;
    missing += Math.max(0, count - (left.get(letter) ?? 0));
  }
  return missing / Math.max(1, all);
}

function countLetters(words: ReadonlyMap<string, number>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [word, count] of words) for (const letter of word) counts.set(letter, (counts.get(letter) ?? 0) + count);
  return counts;
}
