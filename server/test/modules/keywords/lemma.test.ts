import { expect, it } from 'vitest';
import { lemmatize } from '../../../src/modules/keyword-db/lemma.js';
import { getLookupKey, hasDiacritics } from '../../../src/modules/keyword-db/fold.js';

it.for([
  ['enemies', 'enemy'],
  ['countries', 'country'],
  ['women', 'woman'],
  ['wolves', 'wolf'],
  ['dishes', 'dish'],
  ['churches', 'church'],
  ['boxes', 'box'],
  ['waltzes', 'waltz'],
  ['lenses', 'lens'],
  ['teeth', 'teeth'],
  ['men', 'men'],
  ['feet', 'foot'],
  ['mice', 'mouse'],
  ['leaves', 'leaf'],
  ['mrs', 'mr'],
  ['us', 'u'],
  ['goes', 'go'],
  ['less', 'le'],
  ['possess', 'posse'],
  ['looking', 'looking'],
  ['struck', 'struck'],
  ['10,440', '10,440'],
  ['constructor', 'constructor'],
  ['constructors', 'constructor'],
  ['__proto__', '__proto__'],
  ['sillones', 'sillones'],
  ['', ''],
])('%s becomes %s, as in WordNet', ([word = '', lemma]) => {
  expect(lemmatize(word)).toBe(lemma);
});

it('leaves words unchanged that the rules would take very long to split', () => {
  const lemmas = ['s'.repeat(1_000_000), 'ses'.repeat(400_000), 'ches'.repeat(16), `${'s'.repeat(63)}x`].map(lemmatize);
  expect(lemmas.map((lemma) => lemma.length)).toEqual([1_000_000, 1_200_000, 64, 64]);
});

it.for([
  ['cafe', 'cafe'],
  ['café', 'cafe'],
  ['cafés', 'cafe'],
  ['sillón', 'sillon'],
  ['straße', 'strasse'],
  ['łódź', 'lodz'],
  ['smørrebrød', 'smorrebrod'],
  ['œuvre', 'oeuvre'],
  ['λόγος', 'λογοσ'],
  ['ёлка', 'елка'],
  ['שָׁלוֹם', 'שלום'],
  ['مَدْرَسَة', 'مدرسة'],
  ['がく', 'がく'],
  ['हिन्दी', 'हिन्दी'],
  ['한국', '한국'],
])('%s is looked up as %s', ([stem = '', fold]) => {
  expect(getLookupKey(stem)).toBe(fold);
});

it('hasDiacritics is true only for marks that people omit when they type', () => {
  expect(['café', 'łódź', 'ёлка', 'λόγος'].filter(hasDiacritics)).toHaveLength(4);
  expect(['cafe', 'straße', 'λογος', 'がく', '東京', 'हिन्दी'].filter(hasDiacritics)).toEqual([]);
});
