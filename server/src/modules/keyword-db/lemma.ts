import { createRequire } from 'node:module';
import { missingNouns, missingSingulars } from './noun-supplement.js';

/** The suffix rules of WordNet for nouns, in WordNet's order. */
const suffixRules: readonly (readonly [suffix: string, replacement: string])[] = [
  ['s', ''],
  ['ses', 's'],
  ['ves', 'f'],
  ['xes', 'x'],
  ['zes', 'z'],
  ['ches', 'ch'],
  ['shes', 'sh'],
  ['men', 'man'],
  ['ies', 'y'],
];

/** The maximum length of a word to lemmatize, in characters. Longer words are left unchanged. */
const maxWordLength = 64;

/** Returns whether a sense is a noun: WordNet's noun files have the numbers 3 (`noun.Tops`) to 28 (`noun.time`). */
const isNounSense = (fileNumber: number): boolean => fileNumber >= 3 && fileNumber <= 28;

interface Nouns {
  readonly lemmas: ReadonlySet<string>;
  /** Maps irregular plurals to their singulars. */
  readonly irregularSingulars: ReadonlyMap<string, string>;
}

const require = createRequire(import.meta.url);
let nouns: Nouns | undefined;

/**
 * Reduces a lower-case plural noun to its singular: `enemies` becomes `enemy`. Like NLTK's `WordNetLemmatizer` for nouns, it returns the
 * shortest noun among the word and the singular forms derived from it. If it finds no noun, it returns the word unchanged.
 *
 * The first call loads the lexicon, which takes about 100 ms.
 */
export function lemmatize(word: string): string {
  if (word.length > maxWordLength) return word;
  const { lemmas, irregularSingulars } = (nouns ??= loadNouns());
  const findShortestNoun = (forms: readonly string[]): string | undefined =>
    forms
      .filter((form) => lemmas.has(form))
      .reduce<string | undefined>(
        (best, form) => (best === undefined || form.length < best.length ? form : best),
        undefined,
      );

  const singular = irregularSingulars.get(word);
  if (singular !== undefined) return findShortestNoun([word, singular]) ?? word;
  let forms = applyRules([word]);
  let noun = findShortestNoun([word, ...forms]);
  while (noun === undefined && forms.length > 0) {
    forms = applyRules(forms);
    noun = findShortestNoun(forms);
  }
  return noun ?? word;
}

function applyRules(forms: readonly string[]): string[] {
  const derived = forms.flatMap((form) =>
    suffixRules
      .filter(([suffix]) => form.endsWith(suffix))
      .map(([suffix, replacement]) => form.slice(0, form.length - suffix.length) + replacement),
  );
  return [...new Set(derived)];
}

function loadNouns(): Nouns {
  const words = loadDataFile('wn-words') as Record<string, number>;
  const senses = loadDataFile('wn-word-senses') as readonly (readonly number[])[];
  const lemmas = Object.keys(words).filter((word) => senses[words[word] ?? -1]?.some(isNounSense));
  const exceptions = loadDataFile('wn-noun-exceptions') as Record<string, string>;
  return {
    lemmas: new Set([...lemmas, ...missingNouns]),
    irregularSingulars: new Map([...Object.entries(exceptions), ...Object.entries(missingSingulars)]),
  };
}

/** Loads a WordNet data file and removes it from the module cache, so that its memory can be freed. */
function loadDataFile(name: string): unknown {
  const path = require.resolve(`wink-lexicon/src/${name}.js`);
  const data: unknown = require(path);
  Reflect.deleteProperty(require.cache, path);
  return data;
}
