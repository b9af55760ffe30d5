import { datePatterns } from '../response/dates.js';
import { isSameNumber, readDigits } from '../response/numbers.js';
import type { Leaf } from '../schema/paths.js';
import { keysOf, mark, TextIndex, type Span } from './text-index.js';

/** Maximum number of places of a passage. If it occurs more often, the first places are used. */
const maxPlaces = 300;
/** A value of letters and digits, such as an IBAN, which is also found with spaces between its characters. */
const solid = /^[\p{L}\d]{6,40}$/u;
/** Minimum number of words of a value that a passage supports by sharing most of its words, and the minimum share of these words. */
const minLongWords = 5;
const minSharedWords = 0.8;

/** Returns the places of a quotation. If some places match it exactly, returns only these. */
export function findQuote(index: TextIndex, quote: string, within: Span): Span[] {
  const places = index.findTokens(keysOf(quote), within, maxPlaces);
  const rank = (normalize: (text: string) => string): Span[] =>
    places.filter(({ start, end }) => normalize(quote).includes(normalize(index.text.slice(start, end))));
  const likenesses = [rank((text) => text), rank(collapse), rank((text) => collapse(text).toLowerCase())];
  return likenesses.find((list) => list.length > 0) ?? places;
}

const collapse = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** Returns the places where the text has a value, in any notation. */
export function findValue(index: TextIndex, { node, value }: Leaf, within: Span): Span[] {
  if (typeof value === 'boolean') return [];
  if (typeof value === 'number') return findNumber(index, value, within);
  if (/^\d{4}-\d\d-\d\d/.test(value) && (node.format ?? 'date').startsWith('date')) {
    const places = datePatterns(value, mark).flatMap((pattern) => index.findPattern(pattern, within, maxPlaces));
    return unique(places);
  }
  const places = findQuote(index, value, within);
  return places.length > 0 || !solid.test(value) ? places : findSolid(index, value, within);
}

function findNumber(index: TextIndex, value: number, within: Span): Span[] {
  const likely: Span[] = [];
  const possible: Span[] = [];
  for (const { start, end, numbers } of index.numbers(within)) {
    const at = numbers.findIndex((number) => isSameNumber(number, Math.abs(value)));
    if (at === 0) likely.push({ start, end });
    else if (at > 0) possible.push({ start, end });
    if (likely.length >= maxPlaces) break;
  }
  return likely.length > 0 ? likely : possible.slice(0, maxPlaces);
}

function findSolid(index: TextIndex, value: string, within: Span): Span[] {
  const pattern = new RegExp(
    String.raw`(?<![\p{L}\d])${Array.from(value).join(String.raw`[ \t./-]{0,2}`)}(?![\p{L}\d])`,
    'giu',
  );
  const part = index.text.slice(within.start, within.end);
  return Array.from(part.matchAll(pattern), ({ 0: found, index: at }) => {
    const start = within.start + at;
    return { start, end: start + found.length };
  }).slice(0, maxPlaces);
}

function unique(places: readonly Span[]): Span[] {
  return [...new Map(places.map((place) => [place.start, place])).values()].sort((a, b) => a.start - b.start);
}

/** Returns whether a passage contains a value, so that the passage is evidence for it. */
export function supports(passage: TextIndex, leaf: Leaf): boolean {
  const { node, value } = leaf;
  // booleans and choices are rarely in the text as the schema writes them
  if (typeof value === 'boolean' || node.values) return true;
  const { text } = passage;
  const whole = { start: 0, end: text.length };
  if (typeof value === 'number') {
    const parts = text.includes('%') ? [value, value * 100] : [value];
    return passage
      .numbers(whole)
      .some(({ numbers }) => numbers.some((number) => parts.some((part) => isSameNumber(number, Math.abs(part)))));
  }
  if (findValue(passage, leaf, whole).length > 0) return true;
  const words = keysOf(value);
  const said = keysOf(text);
  // the passage is a large part of the value
  if (said.length >= Math.max(1, 0.6 * words.length) && ` ${words.join(' ')} `.includes(` ${said.join(' ')} `))
    return true;
  const shared = words.filter((word) => said.includes(word)).length;
  return words.length >= minLongWords && shared >= minSharedWords * words.length;
}

/**
 * Returns whether a value is so short that it occurs in many texts by chance.
 *
 * @param passage The value as written in the text: `40.00` is not as common as `40`.
 */
export function isCommon({ value, node }: Leaf, passage: string): boolean {
  if (typeof value === 'number')
    return (
      Number.isInteger(value) &&
      Math.abs(value) < 100 &&
      !(node.types.includes('number') && /[.,]\d\d\D*$/.test(passage))
    );
  if (typeof value === 'boolean') return true;
  const keys = keysOf(value);
  const [only = ''] = keys;
  if (keys.length === 1 && /^\d/.test(only)) return only.length <= 2 || readDigits(only).length === 0;
  return keys.join('').length < 3;
}
