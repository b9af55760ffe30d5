import type { PunktLanguage } from './punkt-language.js';
import { tokenize, removePeriod, type PunktToken } from './punkt-token.js';

/** Bit masks for the occurrences of a word in the training text, by position in the sentence and case of the first letter. */
const orthographyMasks = {
  insideUpper: 1 << 2,
  upper: (1 << 1) | (1 << 2) | (1 << 3),
  startLower: 1 << 4,
  lower: (1 << 4) | (1 << 5) | (1 << 6),
};

/**
 * Returns whether a sentence ends within the context of a candidate: the word before the punctuation mark, the mark and the next token.
 * Ignores a break after the last token.
 */
export function containsSentenceBreak(context: string, language: PunktLanguage): boolean {
  const tokens = tokenize(context);
  let next = tokens.pop();
  let isNextBreak = next !== undefined && isBreakByType(next, language);
  for (let token = tokens.pop(); token && next; token = tokens.pop()) {
    const isBreak = isBreakByType(token, language);
    if (token.endsInPeriod ? isBreakByNext(token, isBreak, next, isNextBreak, language) : isBreak) return true;
    next = token;
    isNextBreak = isBreak;
  }
  return false;
}

/** Applies the first pass of Punkt: `?`, `!` and final periods are breaks, except in ellipses and abbreviations. */
function isBreakByType(token: PunktToken, language: PunktLanguage): boolean {
  if (token.text === '?' || token.text === '!' || token.text === '.') return true;
  return token.endsInPeriod && !token.text.endsWith('..') && !isAbbreviation(token, language);
}

function isAbbreviation(token: PunktToken, language: PunktLanguage): boolean {
  if (token.text === '.' || token.text.endsWith('..')) return false;
  const word = token.text.slice(0, -1).toLowerCase();
  return language.abbreviations.has(word) || language.abbreviations.has(word.slice(word.lastIndexOf('-') + 1));
}

/**
 * Applies the second pass of Punkt (Kiss and Strunk 2006, sections 4.1 to 4.3): the token after a final period can overrule the first
 * pass.
 */
function isBreakByNext(
  token: PunktToken,
  isBreak: boolean,
  next: PunktToken,
  isNextBreak: boolean,
  language: PunktLanguage,
): boolean {
  const type = removePeriod(token.type);
  const nextType = isNextBreak ? removePeriod(next.type) : next.type;
  if (language.collocations.get(type) === nextType) return false;
  const nextStartsSentence = startsSentence(next, nextType, language);
  if ((isAbbreviation(token, language) || token.isEllipsis) && !token.isInitial) {
    if (nextStartsSentence === true) return true;
    if (next.firstCase === 'upper' && language.sentenceStarters.has(nextType)) return true;
  }
  if (token.isInitial || type === '##number##') {
    if (nextStartsSentence === false) return false;
    const contexts = language.orthography.get(nextType) ?? 0;
    const isAlwaysUpper = next.firstCase === 'upper' && (contexts & orthographyMasks.lower) === 0;
    if (nextStartsSentence === 'unknown' && token.isInitial && isAlwaysUpper) return false;
  }
  return isBreak;
}

/** Returns whether a token starts a sentence, or `'unknown'` if the orthographic heuristic (Kiss and Strunk 2006, 4.1.1) cannot tell. */
function startsSentence(token: PunktToken, type: string, language: PunktLanguage): boolean | 'unknown' {
  if (token.text.length === 1 && ';:,.!?'.includes(token.text)) return false;
  const contexts = language.orthography.get(type) ?? 0;
  const { insideUpper, upper, startLower, lower } = orthographyMasks;
  if (token.firstCase === 'upper' && (contexts & lower) !== 0 && (contexts & insideUpper) === 0) return true;
  if (token.firstCase === 'lower' && ((contexts & upper) !== 0 || (contexts & startLower) === 0)) return false;
  return 'unknown';
}
