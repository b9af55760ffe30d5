import type { Models } from '../../module-contract/model-interfaces.js';
import { functionWords, wordsOf } from './words.js';

/** The number of dimensions in each vector. */
const dimension = 384;
/**
 * The number of positions per feature. Because there are several, features that collide in one position still differ in others.
 */
const places = 4;
const weightOf = { content: 1, function: 0.15, part: 0.5 };
const partLength = 4;

/**
 * `builtin-hash-384`: hashes a text's words and their character 4-grams into a 384-dimensional unit vector.
 *
 * This matches words, not meaning: "notices" finds "notice", but "car" does not find "automobile". It needs no download, depends
 * only on the text, and returns the same numbers on every machine. It uses signed feature hashing (Weinberger et al., "Feature
 * Hashing for Large Scale Multitask Learning", 2009) and subword n-grams as in fastText.
 */
export const hashEmbedder: Models['embeddings'] = {
  embed: async (texts) => texts.map(embedText),
};

function embedText(text: string): Float32Array {
  const counts = new Map<string, number>();
  for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  // a text without words must not become the zero vector
  if (counts.size === 0) counts.set(text.trim(), 1);
  const sums = new Float64Array(dimension);
  for (const [word, count] of counts) {
    const weight = 1 + Math.log(count);
    const { at, values } = traceOf(word);
    for (let i = 0; i < at.length; i += 1) {
      const place = at[i] ?? 0;
      sums[place] = (sums[place] ?? 0) + weight * (values[i] ?? 0);
    }
  }
  let square = 0;
  for (const value of sums) square += value * value;
  const norm = Math.sqrt(square);
  return Float32Array.from(sums, (value) => value / norm);
}

/** One word's contribution to a vector, by position. */
interface Trace {
  readonly at: Uint16Array;
  readonly values: Float64Array;
}

/** Caches each word's contribution, because most words recur soon. */
const traces = new Map<string, Trace>();
const maxTraces = 20_000;
/** Maximum length of a cached word. Longer strings are not real words and would fill up memory. */
const maxCachedLength = 40;

function traceOf(word: string): Trace {
  const known = traces.get(word);
  if (known) return known;
  const weight = functionWords.has(word) ? weightOf.function : weightOf.content;
  const sums = new Map<number, number>();
  addFeature(sums, `word ${word}`, weight);
  const parts = partsOf(word);
  for (const part of parts) addFeature(sums, `part ${part}`, (weight * weightOf.part) / Math.sqrt(parts.length));
  const trace = { at: Uint16Array.from(sums.keys()), values: Float64Array.from(sums.values()) };
  if (traces.size >= maxTraces) traces.clear();
  if (word.length <= maxCachedLength) traces.set(word, trace);
  return trace;
}

/** Returns a word's 4-grams, including markers for its start and end: `<wat`, `wate`, `ater`, `ter>`. */
function partsOf(word: string): string[] {
  const marked = ['<', ...Array.from(word), '>'];
  if (marked.length <= partLength) return [];
  return Array.from({ length: marked.length - partLength + 1 }, (_, i) => marked.slice(i, i + partLength).join(''));
}

function addFeature(sums: Map<number, number>, feature: string, weight: number): void {
  const first = hash(feature, 0x811c9dc5);
  const step = hash(feature, 0x9747b28c) | 1;
  for (let i = 0; i < places; i += 1) {
    const mixed = mix((first + Math.imul(i, step)) >>> 0);
    const place = mixed % dimension;
    sums.set(place, (sums.get(place) ?? 0) + (mixed & 0x80000000 ? -weight : weight));
  }
}

/** Returns the FNV-1a hash of a string's UTF-16 code units. */
function hash(text: string, seed: number): number {
  let value = seed;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

/** The MurmurHash3 finaliser, which makes every bit of the result depend on every bit of the value. */
function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
