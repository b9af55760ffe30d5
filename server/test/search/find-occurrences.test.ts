import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findOccurrences } from '../../src/search/keyword/find-occurrences.js';
import { parseKeywordQuery } from '../../src/search/keyword/keyword-query.js';
import { loadPostings, storePostings } from '../../src/search/keyword/store-postings.js';
import { openDatabase, type MillraceDatabase } from '../../src/store/open-database.js';
import { runModule } from '../modules/run-module.js';
import { createTestDatabase, type TestDatabase } from '../support/database/test-database.js';
import { addFile } from './add-file.js';

let database: TestDatabase;
let db: MillraceDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  db = await openDatabase(database.options);
});

afterAll(async () => {
  await db.close();
  await database.cleanup();
});

async function store(text: string, fileId: string = randomUUID()): Promise<string> {
  const { output } = await runModule('keyword-db', text);
  const postings = await loadPostings(output);
  await db.tx((tx) => storePostings(tx, [{ fileId, postings }]));
  return fileId;
}

/** Returns the hits of each file as `word line number`. */
async function search(fileIds: readonly string[], query: string): Promise<(string[] | undefined)[]> {
  const found = await findOccurrences(db, fileIds, parseKeywordQuery(query));
  expect([...found.keys()].every((id) => fileIds.includes(id))).toBe(true);
  return fileIds.map((id) => found.get(id)?.map((hit) => `${hit.keyword} ${hit.line_number} ${hit.keyword_number}`));
}

const countPostings = async (fileId: string): Promise<unknown> =>
  (await db.query(`select count(*)::int as n from keyword_posting where file_id = $1`, [fileId])).rows[0];

describe('a keyword search', () => {
  it('finds every word with the stem of a query word, in order of line and position', async () => {
    const file = await store('Wolves and a wolf.\nNo enemy here, but enemies\nthere: wolf, ENEMY, wolf-hound.');
    expect(await search([file], 'enemies wolf')).toEqual([
      ['wolves 1 1', 'wolf 1 4', 'enemy 2 2', 'enemies 2 5', 'wolf 3 2', 'enemy 3 3', 'wolf 3 4'],
    ]);
  });

  it('returns a position only once for a word that occurs twice in it', async () => {
    const file = await store('tom-tom and toms-tom-toms\ntom');
    expect(await search([file], 'tom')).toEqual([['tom 1 1', 'tom 1 3', 'toms 1 3', 'tom 2 1']]);
    expect(await search([file], 'tom toms tom')).toEqual([['tom 1 1', 'tom 1 3', 'toms 1 3', 'tom 2 1']]);
  });

  it('searches only the selected files, and omits those without a hit', async () => {
    const [a, b, c] = [await store('a fish'), await store('a bone'), await store('fish and bone')];
    expect(await search([a, b], 'fish')).toEqual([['fish 1 2'], undefined]);
    expect(await search([a, b, c], 'bone fish')).toEqual([['fish 1 2'], ['bone 1 2'], ['fish 1 1', 'bone 1 3']]);
    expect(await search([], 'fish')).toEqual([]);
    expect(await search([a], 'whale')).toEqual([undefined]);
    expect(await search([a], 'the and of')).toEqual([undefined]);
  });

  it('ignores diacritics, unless the query word has some', async () => {
    const file = await store('El cafe, el café y los cafés.\nUn sillón; un sillon. STRASSE, Straße.');
    expect(await search([file], 'cafe')).toEqual([['cafe 1 2', 'café 1 4', 'cafés 1 7']]);
    expect(await search([file], 'café')).toEqual([['café 1 4']]);
    expect(await search([file], 'cafe\u0301')).toEqual([['café 1 4']]);
    expect(await search([file], 'Sillon')).toEqual([['sillón 2 2', 'sillon 2 4']]);
    expect(await search([file], 'SILLÓN')).toEqual([['sillón 2 2']]);
    expect(await search([file], 'straße')).toEqual([['strasse 2 5', 'straße 2 6']]);
    expect(await search([file], 'sillón cafe')).toEqual([['cafe 1 2', 'café 1 4', 'cafés 1 7', 'sillón 2 2']]);
  });

  it('finds numbers in sentences, dates and rows, which are stored with their punctuation', async () => {
    const file = await store('Built in 1820. Invoice 4711, of 3.4.2024, 1,250.00 due.\n4999,Customer 4999,99.50\n');
    expect(await search([file], '1820')).toEqual([['1820. 1 3']]);
    expect(await search([file], '4711')).toEqual([['4711, 1 5']]);
    expect(await search([file], '3.4.2024')).toEqual([['3.4.2024, 1 7']]);
    expect(await search([file], '1,250.00')).toEqual([['1,250.00 1 8']]);
    expect(await search([file], 'customers')).toEqual([['4999,customer 2 1']]);
    expect(await search([file], '4999')).toEqual([['4999,customer 2 1', '4999,99.50 2 2']]);
    expect(await search([file], '99.50')).toEqual([['4999,99.50 2 2']]);
    expect(await search([file], '250')).toEqual([undefined]);
  });

  it('finds words in scripts without spaces', async () => {
    const [chinese, japanese, thai] = [
      await store('磨坊在河边。中午以前磨好了九袋面粉。\n磨坊主人'),
      await store('粉屋は夜明けに水門を開ける。'),
      await store('คนสีข้าวเปิดประตูน้ำตอนรุ่งสาง'),
    ];
    expect(await search([chinese, japanese, thai], '面粉')).toEqual([['面粉 1 1'], undefined, undefined]);
    expect(await search([chinese, japanese, thai], '水門')).toEqual([undefined, ['水門 1 1'], undefined]);
    expect(await search([chinese, japanese, thai], 'ประตูน้ำ')).toEqual([undefined, undefined, ['ประตูน้ำ 1 1']]);
    expect(await search([chinese], '磨坊主')).toEqual([['磨坊主 2 1']]);
    expect(await search([chinese, japanese], '粉')).toEqual([['粉 1 1'], ['粉 1 1']]);
    expect(await search([chinese], '坊磨')).toEqual([undefined]);
  });

  it('does not interpret special characters in a query', async () => {
    const file = await store('one\\two {three,"four"} null % _');
    expect(await search([file], '{three, "four"} \\two null')).toEqual([
      ['two 1 1', 'four 1 2', 'three 1 2', 'null 1 3'],
    ]);
    expect(await search([file], "' or 1=1 --")).toEqual([undefined]);
    expect(await search([file], '%')).toEqual([undefined]);
  });

  it('finds all 40 000 occurrences of a frequent word', async () => {
    const file = await store('wolf and wolves\n'.repeat(20_000));
    const [hits] = await search([file], 'wolf');
    expect(hits).toHaveLength(40_000);
    expect(hits?.slice(-2)).toEqual(['wolf 20000 1', 'wolves 20000 3']);
  });

  it('searches any number of files', async () => {
    const file = await store('a needle');
    const others = Array.from({ length: 12_000 }, () => randomUUID());
    const found = await findOccurrences(db, [...others, file], parseKeywordQuery('needles'));
    expect([...found]).toEqual([[file, [{ keyword: 'needle', line_number: 1, keyword_number: 2 }]]]);
  });
});

describe('the postings of a file', () => {
  it('are not stored if the transaction is rolled back', async () => {
    const fileId = randomUUID();
    const { output } = await runModule('keyword-db', 'fish bone');
    const undone = db.tx(async (tx) => {
      await storePostings(tx, [{ fileId, postings: await loadPostings(output) }]);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await countPostings(fileId)).toEqual({ n: 0 });
  });

  it('are all stored, however many there are', async () => {
    const words = Array.from({ length: 30_000 }, (_, i) => `w${i.toString(36)}q`);
    const file = await store(words.join('\n'));
    expect(await countPostings(file)).toEqual({ n: 30_000 });
    expect(await search([file], 'w0q w7psq wn5bq')).toEqual([['w0q 1 1', 'w7psq 10001 1', 'wn5bq 30000 1']]);
  });

  it('are empty for a text without keywords', async () => {
    expect(await countPostings(await store('It was.\n'))).toEqual({ n: 0 });
  });

  it('are deleted with their file, and with its account', async () => {
    const [kept, deleted, ofAccount] = [await addFile(db), await addFile(db), await addFile(db)];
    for (const { fileId } of [kept, deleted, ofAccount]) await store('fish bone', fileId);
    await db.query('delete from file where id = $1', [deleted.fileId]);
    await db.query('delete from account where id = $1', [ofAccount.accountId]);
    expect(await countPostings(deleted.fileId)).toEqual({ n: 0 });
    expect(await countPostings(ofAccount.fileId)).toEqual({ n: 0 });
    expect(await countPostings(kept.fileId)).toEqual({ n: 2 });
  });
});
