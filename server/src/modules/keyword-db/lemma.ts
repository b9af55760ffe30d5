import { createRequire } from 'node:module';
import { irregularPlurals, shortNouns } from './noun-supplement.js';

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

/** The maximum length of a word to reduce, in characters. Longer words are left unchanged. */
const maxWordLength = 64;

/** Returns whether a sense is in one of WordNet's noun files, `noun.Tops` to `noun.time`. */
const isNounSense = (sense: number): boolean => sense >= 3 && sense <= 28;

interface Nouns {
  readonly regular: ReadonlySet<string>;
  readonly irregular: ReadonlyMap<string, string>;
}

const require = createRequire(import.meta.url);
let nouns: Nouns | undefined;

/**
 * Reduces a lower-case noun to its singular: `enemies` becomes `enemy`. Returns other words, such as `looking`, unchanged. Like NLTK's
 * `WordNetLemmatizer` for nouns, it returns the shortest noun among the word and the forms that the rules derive from the word.
 *
 * The first call loads the lexicon, which takes about 100 ms.
 */
export function lemmatize(word: string): string {
  if (word.length > maxWordLength) return word;
  const { regular, irregular } = (nouns ??= loadNouns());
  const shortestNoun = (forms: readonly string[]): string | undefined =>
    forms
      .filter((form) => regular.has(form))
      .reduce<string | undefined>(
        (best, form) => (best === undefined || form.length < best.length ? form : best),
        undefined,
      );

  const singular = irregular.get(word);
  if (singular !== undefined) return shortestNoun([word, singular]) ?? word;
  let forms = applyRules([word]);
  let noun = shortestNoun([word, ...forms]);
  while (noun === undefined && forms.length > 0) {
    forms = applyRules(forms);
    noun = shortestNoun(forms);
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
  const words = load('wn-words') as Record<string, number>;
  const senses = load('wn-word-senses') as readonly (readonly number[])[];
  const regular = Object.keys(words).filter((word) => senses[words[word] ?? -1]?.some(isNounSense));
  const irregular = load('wn-noun-exceptions') as Record<string, string>;
  return {
    regular: new Set([...regular, ...shortNouns]),
    irregular: new Map([...Object.entries(irregular), ...Object.entries(irregularPlurals)]),
  };
}

/** Loads a WordNet data file and removes it from the module cache, to free the memory. */
function load(name: string): unknown {
  const path = require.resolve(`wink-lexicon/src/${name}.js`);
  const data: unknown = require(path);
  Reflect.deleteProperty(require.cache, path);
  return data;
}
