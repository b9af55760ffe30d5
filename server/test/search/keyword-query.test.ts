import { expect, it } from 'vitest';
import { parseKeywordQuery } from '../../src/search/keyword/keyword-query.js';

const stemsOf = (query: string): string[] => parseKeywordQuery(query).terms.map(({ stem }) => stem);

it('a query is split at white space and hyphens, and normalized like the words of a text', () => {
  expect(stemsOf('harbour-master  collapsed, ENEMIES!\t“wolves”–10,440')).toEqual([
    'harbour',
    'master',
    'collapsed',
    'enemy',
    'wolf',
    '10,440',
  ]);
});

it('stop words are reported in the order of the query, with repeats', () => {
  const { terms, stopWords } = parseKeywordQuery("It was cold, wasn't it? The night was.");
  expect(stopWords).toEqual(['it', 'was', 'wasn', 't', 'it', 'the', 'was']);
  expect(terms.map(({ stem }) => stem)).toEqual(['cold', 'night']);
});

it('a word with diacritics matches only itself; one without also matches words with diacritics', () => {
  expect(parseKeywordQuery('café cafes sillon Straße').terms).toEqual([
    { stem: 'café', lookupKey: 'cafe', isExact: true },
    { stem: 'cafe', lookupKey: 'cafe', isExact: false },
    { stem: 'sillon', lookupKey: 'sillon', isExact: false },
    { stem: 'straße', lookupKey: 'strasse', isExact: false },
  ]);
});

it.for(['', '  ', '-- !? …', '\0', '\ud800'])('a query without words has no terms: %j', (query) => {
  expect(parseKeywordQuery(query)).toEqual({ terms: [], unspacedRuns: [], stopWords: [] });
});

it('a very long query is parsed like any other', () => {
  expect(stemsOf('wolves '.repeat(1500))).toEqual(Array(1500).fill('wolf'));
  expect(stemsOf('s'.repeat(10_000))).toEqual(['s'.repeat(10_000)]);
});
