import { lemmaOf } from './lemma.js';

/** Latin, Greek and Cyrillic accents, and Hebrew and Arabic vowel points, which people often omit when typing. */
const diacritics = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670]/g;

/** Letters with strokes, and ligatures. Unicode does not decompose them. */
const replacements: Readonly<Record<string, string>> = { ł: 'l', ø: 'o', đ: 'd', ħ: 'h', ŧ: 't', æ: 'ae', œ: 'oe' };

const ascii = /^[\0-\x7f]*$/;

/**
 * Returns a stem's lookup key. The stem is case-folded, stripped of diacritics, and then reduced to the singular. For example,
 * `cafes` and `cafés` match because both have the key `cafe`.
 */
export function foldOf(stem: string): string {
  if (ascii.test(stem)) return stem;
  const folded = withoutDiacritics(foldCase(stem));
  return folded === stem ? stem : lemmaOf(folded);
}

/** Returns whether a word has diacritics. A word with diacritics is looked up exactly as written. */
export function hasDiacritics(word: string): boolean {
  if (ascii.test(word)) return false;
  const folded = foldCase(word);
  return withoutDiacritics(folded) !== folded;
}

/** Approximates Unicode's full case folding: `ß` becomes `ss`, and a final sigma becomes an ordinary one. */
function foldCase(word: string): string {
  return word.toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFC');
}

function withoutDiacritics(word: string): string {
  return word
    .normalize('NFD')
    .replaceAll(diacritics, '')
    .normalize('NFC')
    .replaceAll(/[łøđħŧæœ]/g, (letter) => replacements[letter] ?? letter);
}
