import type { Models } from '../../module-contract/model-interfaces.js';
import { functionWords, extractWords } from './words.js';

const dimension = 384;
/** Number of vector positions per feature. Features that share one position usually differ in the others. */
const positionsPerFeature = 4;
const weights = { content: 1, function: 0.15, ngram: 0.5 };
const ngramLength = 4;

/**
 * `builtin-hash-384`: hashes a text's words and their character 4-grams into a 384-dimensional unit vector.
 *
 * Matches words, not meaning: "notices" finds "notice", but "car" does not find "automobile". Needs no download. A vector depends only on
 * its text, and is the same on every machine. Uses signed feature hashing (Weinberger et al., "Feature Hashing for Large Scale Multitask
 * Learning", 2009) and subword n-grams as in fastText.
 */
export const hashEmbedder: Models['embeddings'] = {
  embed: async (texts) => texts.map(embedText),
};

function embedText(text: string): Float32Array {
  const counts = new Map<string, number>();
  for (const word of extractWords(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  // treat a text without words as one word, because a zero vector cannot be normalized
  if (counts.size === 0) counts.set(text.trim(), 1);
  const sums = new Float64Array(dimension);
  for (const [word, count] of counts) {
    const weight = 1 + Math.log(count);
    const { positions, values } = getContribution(word);
    for (let i = 0; i < positions.length; i += 1) {
      const position = positions[i] ?? 0;
      sums[position] = (sums[position] ?? 0) + weight * (values[i] ?? 0);
    }
  }
  let square = 0;
  for (const value of sums) square += value * value;
  const norm = Math.sqrt(square);
  return Float32Array.from(sums, (value) => value / norm);
}

/** The contribution of a word to a vector. */
interface Contribution {
  readonly positions: Uint16Array;
  /** The value to add at each position. */
  readonly values: Float64Array;
}

/** Contributions are cached by word, because most words recur. */
const contributionByWord = new Map<string, Contribution>();
const maxCachedWords = 20_000;
/** Maximum length of a cached word, in UTF-16 code units. Longer strings are rarely real words, and would waste memory. */
const maxCachedWordLength = 40;

function getContribution(word: string): Contribution {
  const cached = contributionByWord.get(word);
  if (cached) return cached;
  const weight = functionWords.has(word) ? weights.function : weights.content;
  const sums = new Map<number, number>();
  addFeature(sums, `word ${word}`, weight);
  const ngrams = splitIntoNgrams(word);
  for (const gram of ngrams) addFeature(sums, `part ${gram}`, (weight * weights.ngram) / Math.sqrt(ngrams.length));
  const contribution = { positions: Uint16Array.from(sums.keys()), values: Float64Array.from(sums.values()) };
  if (contributionByWord.size >= maxCachedWords) contributionByWord.clear();
  if (word.length <= maxCachedWordLength) contributionByWord.set(word, contribution);
  return contribution;
}

/**
 * Marks the start and end of a word, and returns its 4-grams: `<wat`, `wate`, `ater` and `ter>` for `water`. Returns an empty list for a
 * word of at most two characters.
 */
function splitIntoNgrams(word: string): string[] {
  const marked = ['<', ...Array.from(word), '>'];
  if (marked.length <= ngramLength) return [];
  return Array.from({ length: marked.length - ngramLength + 1 }, (_, i) => marked.slice(i, i + ngramLength).join(''));
}

function addFeature(sums: Map<number, number>, feature: string, weight: number): void {
  const first = hashFnv1a(feature, 0x811c9dc5);
  const step = hashFnv1a(feature, 0x9747b28c) | 1;
  for (let i = 0; i < positionsPerFeature; i += 1) {
    const mixed = mix((first + Math.imul(i, step)) >>> 0);
    const position = mixed % dimension;
    sums.set(position, (sums.get(position) ?? 0) + (mixed & 0x80000000 ? -weight : weight));
  }
}

/** Returns the FNV-1a hash of a string's UTF-16 code units, with `seed` as the offset basis. */
function hashFnv1a(text: string, seed: number): number {
  let value = seed;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

/** Applies the MurmurHash3 finaliser, which makes every bit of the result depend on every bit of the value. */
function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
