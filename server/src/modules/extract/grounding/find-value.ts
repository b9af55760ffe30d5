import { createDatePatterns } from '../response/dates.js';
import { isSameNumber, parsePossibleNumbers } from '../response/numbers.js';
import type { Leaf } from '../schema/paths.js';
import { getTokenKeys, tokenSeparator, TextIndex, type Span } from './text-index.js';

/** The maximum number of occurrences that a search returns. */
const maxSpans = 300;
/** Matches values that may be codes, such as IBANs. In the text, separators can occur between the characters of a code. */
const codePattern = /^[\p{L}\d]{6,40}$/u;
/** The minimum number of words in a long value. */
const minLongValueWords = 5;
/** The minimum proportion of a long value's words that a passage must contain to support the value. */
const minSharedRatio = 0.8;

/**
 * Returns the closest matches of a quotation: exact matches if there are any, otherwise matches that differ only in whitespace, then in
 * whitespace and case. Falls back to matches of the words and numbers alone.
 */
export function findQuote(index: TextIndex, quote: string, within: Span): Span[] {
  const spans = index.findTokens(getTokenKeys(quote), within, maxSpans);
  const matching = (normalize: (text: string) => string): Span[] =>
    spans.filter(({ start, end }) => normalize(quote).includes(normalize(index.text.slice(start, end))));
  const byStrictness = [
    matching((text) => text),
    matching(collapseWhitespace),
    matching((text) => collapseWhitespace(text).toLowerCase()),
  ];
  return byStrictness.find((list) => list.length > 0) ?? spans;
}

const collapseWhitespace = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** Returns the occurrences of a value. Finds numbers and dates in various notations. Returns an empty list for a Boolean. */
export function findValue(index: TextIndex, { node, value }: Leaf, within: Span): Span[] {
  if (typeof value === 'boolean') return [];
  if (typeof value === 'number') return findNumber(index, value, within);
  if (/^\d{4}-\d\d-\d\d/.test(value) && (node.format ?? 'date').startsWith('date')) {
    const spans = createDatePatterns(value, tokenSeparator).flatMap((pattern) =>
      index.findPattern(pattern, within, maxSpans),
    );
    return removeDuplicates(spans);
  }
  const spans = findQuote(index, value, within);
  return spans.length > 0 || !codePattern.test(value) ? spans : findCode(index, value, within);
}

function findNumber(index: TextIndex, value: number, within: Span): Span[] {
  const likely: Span[] = [];
  const possible: Span[] = [];
  for (const { start, end, numbers } of index.findNumbers(within)) {
    const rank = numbers.findIndex((number) => isSameNumber(number, Math.abs(value)));
    if (rank === 0) likely.push({ start, end });
    else if (rank > 0) possible.push({ start, end });
    if (likely.length >= maxSpans) break;
  }
  return likely.length > 0 ? likely : possible.slice(0, maxSpans);
}

function findCode(index: TextIndex, value: string, within: Span): Span[] {
  const pattern = new RegExp(
    String.raw`(?<![\p{L}\d])${Array.from(value).join(String.raw`[ \t./-]{0,2}`)}(?![\p{L}\d])`,
    'giu',
  );
  const part = index.text.slice(within.start, within.end);
  return Array.from(part.matchAll(pattern), ({ 0: found, index: at }) => {
    const start = within.start + at;
    return { start, end: start + found.length };
  }).slice(0, maxSpans);
}

function removeDuplicates(spans: readonly Span[]): Span[] {
  return [...new Map(spans.map((span) => [span.start, span])).values()].sort((a, b) => a.start - b.start);
}

/** Returns whether a passage is evidence for a value. */
export function supportsValue(passage: TextIndex, leaf: Leaf): boolean {
  const { node, value } = leaf;
  // a text rarely contains Booleans and enum values literally
  if (typeof value === 'boolean' || node.values) return true;
  const { text } = passage;
  const whole = { start: 0, end: text.length };
  if (typeof value === 'number') {
    const candidates = text.includes('%') ? [value, value * 100] : [value];
    return passage
      .findNumbers(whole)
      .some(({ numbers }) =>
        numbers.some((number) => candidates.some((candidate) => isSameNumber(number, Math.abs(candidate)))),
      );
  }
  if (findValue(passage, leaf, whole).length > 0) return true;
  const words = getTokenKeys(value);
  const passageWords = getTokenKeys(text);
  // accept an excerpt with at least 60% of the value's words
  if (
    passageWords.length >= Math.max(1, 0.6 * words.length) &&
    ` ${words.join(' ')} `.includes(` ${passageWords.join(' ')} `)
  )
    return true;
  const shared = words.filter((word) => passageWords.includes(word)).length;
  return words.length >= minLongValueWords && shared >= minSharedRatio * words.length;
}

/**
 * Returns whether a value could occur in any text by chance, such as a Boolean or a small integer.
 *
 * @param passage The text in which the value was found. A number is not common if its field can have decimals and the passage ends with two
 *   decimals, as in `40.00`.
 */
export function isCommon({ value, node }: Leaf, passage: string): boolean {
  if (typeof value === 'number')
    return (
      Number.isInteger(value) &&
      Math.abs(value) < 100 &&
      !(node.types.includes('number') && /[.,]\d\d\D*$/.test(passage))
    );
  if (typeof value === 'boolean') return true;
  const keys = getTokenKeys(value);
  const [firstKey = ''] = keys;
  if (keys.length === 1 && /^\d/.test(firstKey))
    return firstKey.length <= 2 || parsePossibleNumbers(firstKey).length === 0;
  return keys.join('').length < 3;
}
