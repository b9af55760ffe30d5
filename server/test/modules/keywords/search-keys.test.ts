import { expect, it } from 'vitest';
import { getIndexKeys, getUnspacedRunKeys, splitIntoSearchWords } from '../../../src/modules/keyword-db/search-keys.js';
import { splitIntoWords } from '../../../src/modules/keyword-db/words.js';

const searchWords = (token: string): string[] =>
  splitIntoWords(token).flatMap((word) => splitIntoSearchWords(word).map(({ text }) => text));
const indexKeys = (token: string): string[] =>
  splitIntoWords(token).flatMap((word) => splitIntoSearchWords(word).flatMap(getIndexKeys));

it.for<[token: string, words: string[]]>([
  ['1820.', ['1820']],
  ['(4711,', ['4711']],
  ['4999,customer', ['4999', 'customer']],
  ['2024,Customer,99.50', ['2024', 'customer', '99.50']],
  ['12,36.50', ['12', '36.50']],
  ['4711,120', ['4711', '120']],
  ['1,250.00,', ['1,250.00']],
  ['10,440', ['10,440']],
  ['3.4.2024', ['3.4.2024']],
  ['3.Overview', ['3', 'overview']],
  ['12,page', ['12', 'page']],
  ['v2.10.', ['v2.10']],
  ['report2024.pdf', ['report2024', 'pdf']],
  ['17...', ['17']],
  ['1.,', ['1']],
  ['٣٫٤ ١٨٢٠.', ['٣', '٤', '١٨٢٠']],
  ['2024年の水車', ['2024', '年の水車']],
])('%s is searched for as %j', ([token, words]) => {
  expect(searchWords(token)).toEqual(words);
});

it('indexes a word without separators only as itself', () => {
  expect(['mill', 'sillón', '4711', '99.50'].map(indexKeys)).toEqual([['mill'], ['sillón'], ['4711'], ['99.50']]);
});

it('indexes a token that may be several numbers under each of them, and a date under its parts', () => {
  expect(indexKeys('471,120')).toEqual(['471,120', '471', '120']);
  expect(indexKeys('3.4.2024')).toEqual(['3.4.2024', '3', '4', '2024']);
});

it('indexes text without spaces by its letters and pairs of letters, with their combining marks', () => {
  expect(indexKeys('磨坊主')).toEqual(['磨', '坊', '主', '磨坊', '坊主']);
  expect(indexKeys('ที่ดิน')).toEqual(['ที่', 'ดิ', 'น', 'ที่ดิ', 'ดิน']);
  expect(getUnspacedRunKeys('磨坊主')).toEqual(['磨坊', '坊主']);
  expect(getUnspacedRunKeys('水')).toEqual(['水']);
});
