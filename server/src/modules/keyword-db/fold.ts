import { lemmatize } from './lemma.js';

/** Matches Latin, Greek and Cyrillic accents, and Hebrew and Arabic diacritics, which users often omit. */
const diacritics = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670]/g;

/** Replacements for letters with strokes and for ligatures, which Unicode normalization does not decompose. */
const replacements: Readonly<Record<string, string>> = { ł: 'l', ø: 'o', đ: 'd', ħ: 'h', ŧ: 't', æ: 'ae', œ: 'oe' };

const ascii = /^[\0-\x7f]*$/;

/**
 * Returns the lookup key of a stem: case-folded, without diacritics, and lemmatized again if folding changed the stem. For example, the
 * stems `cafe` and `cafés` have the same key, `cafe`.
 */
export function getLookupKey(stem: string): string {
  if (ascii.test(stem)) return stem;
  const folded = removeDiacritics(foldCase(stem));
  return folded === stem ? stem : lemmatize(folded);
}

/** Returns whether a word has diacritics or letters in `replacements`. A search for such a word does not ignore them. */
export function hasDiacritics(word: string): boolean {
  if (ascii.test(word)) return false;
  const folded = foldCase(word);
  return removeDiacritics(folded) !== folded;
}

/** Approximates Unicode's full case folding: `ß` becomes `ss`, and a final sigma becomes an ordinary sigma. */
function foldCase(word: string): string {
  return word.toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFC');
}

function removeDiacritics(word: string): string {
  return word
    .normalize('NFD')
    .replaceAll(diacritics, '')
    .normalize('NFC')
    .replaceAll(/[łøđħŧæœ]/g, (letter) => replacements[letter] ?? letter);
}
