import { expect, it } from 'vitest';
import { splitIntoWords } from '../../../src/modules/keyword-db/words.js';

it.for<[string, string[]]>([
  ['Harbour', ['harbour']],
  ['Sub-Sub-Librarian', ['sub', 'sub', 'librarian']],
  ["don't", ['don', 't']],
  ['don’t', ['don', 't']],
  ['“Quoted,”', ['quoted']],
  ['sadness—Give', ['sadness', 'give']],
  ['snake_case', ['snake', 'case']],
  ['www.gutenberg.org.', ['www', 'gutenberg', 'org']],
  ['A.D.', ['a', 'd']],
  ['17.', ['17.']],
  ['1,', ['1,']],
  ['10,440', ['10,440']],
  ['3.14.', ['3.14.']],
  ['3...', ['3.']],
  ['$5.00', ['5.00']],
  ['.5', ['5']],
  ['x2,y', ['x2,y']],
  ['17—.', ['17']],
  ['--', []],
  ['!?…', []],
])('%j has the words %j', ([token, words]) => {
  expect(splitIntoWords(token)).toEqual(words);
});

it.for<[string, string[]]>([
  ['sillón', ['sillón']],
  ['Straße', ['straße']],
  ['cafe\u0301', ['caf\u00e9']],
  ['ΟΔΟΣ', ['οδος']],
  ['Ёлка', ['ёлка']],
  ['東京2020年', ['東京2020年']],
  ['हिन्दी', ['हिन्दी']],
  ['١٢٫٣', ['١٢', '٣']],
  ['½', ['½']],
  ['co\u00adoperate', ['cooperate']],
  ['می\u200cخواهم', ['میخواهم']],
  ['one\u200btwo', ['one', 'two']],
  ['\ufeffLetter', ['letter']],
  ['❤\ufe0f', []],
  ['1\ufe0f\u20e3', ['1\u20e3']],
  ['\u0301', []],
  ['a\ud800b', ['a', 'b']],
  ['a\0b', ['a', 'b']],
  ['😀fish😀', ['fish']],
])('%j has the words %j in any script', ([token, words]) => {
  expect(splitIntoWords(token)).toEqual(words);
});
