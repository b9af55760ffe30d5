import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureDefaultAccount } from '../../src/accounts/accounts.js';
import { findKeywordPage, type KeywordPosition } from '../../src/search/keyword/keyword-page.js';
import { findOccurrences } from '../../src/search/keyword/find-occurrences.js';
import { parseKeywordQuery } from '../../src/search/keyword/keyword-query.js';
import { openDatabase, type MillraceDatabase } from '../../src/store/open-database.js';
import { fillStore } from '../support/database/fill-store.js';
import { TestClock } from '../support/test-clock.js';
import { createTestDatabase, type TestDatabase } from '../support/database/test-database.js';

let database: TestDatabase;
let db: MillraceDatabase;
let account: string;
const clock = new TestClock();

beforeAll(async () => {
  database = await createTestDatabase({ isPrepared: true });
  db = await openDatabase(database.options);
  account = (await ensureDefaultAccount(db, clock)).id;
  await fillStore(db, { accountId: account, files: 10_000, now: clock.now() });
  // one occurrence of the rare word in each of its files
  await db.query(`update keyword_posting set occurrences = 'rare|1.1' where fold = 'rare'`);
});

afterAll(async () => {
  await db.close();
  await database.cleanup();
});

async function findPages(query: string, selectors: object) {
  const found = [];
  let after: KeywordPosition | undefined;
  do {
    const page = await findKeywordPage(
      db,
      { account, names: null, ownKeyId: null },
      { pipeline: 'notes', selectors, query: parseKeywordQuery(query), limit: 1000, after },
      clock.now(),
    );
    found.push(page.items.map(({ file }) => file.id));
    after = page.next;
  } while (after);
  return found;
}

// every thousandth of the 10 000 files has the rare word, and all of these are in the pipeline `notes`
const rareFiles = [1, 1001, 2001, 3001, 4001, 5001, 6001, 7001, 8001, 9001].map(
  (n) => `f0000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
);

it('finds a rare word in one page, however many files there are', async () => {
  const everything = await findPages('rare', { symbolic_directory_paths: ['/*'] });
  expect(everything).toHaveLength(1);
  expect(rareFiles).toEqual(expect.arrayContaining(everything[0]!));
  // some of the files are not finished
  expect(everything[0]!.length).toBeGreaterThan(5);
});

it('searches a limited number of files for each page, and finds the same', async () => {
  const [everything] = await findPages('rare', {});
  const some = await findPages('rare', { symbolic_directory_paths: ['/letters*'] });
  expect(some.length).toBeGreaterThan(1);
  expect(some.flat()).toEqual(everything);
});

it('reads the occurrences only of the files with a rare word', async () => {
  const { rows } = await db.query<{ id: string }>(`select id from file where pipeline = 'notes' and state = 'ready'`);
  const ids = rows.map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(2000);
  const searched: number[] = [];
  const observed = {
    query: <R>(sql: string, params?: readonly unknown[]) => {
      if (sql.includes('selected (file_id)')) searched.push((params![0] as string[]).length);
      return db.query<R>(sql, params);
    },
  };
  const found = await findOccurrences(observed, ids, parseKeywordQuery('rare'));
  expect([...found.keys()].sort()).toEqual((await findPages('rare', {}))[0]!.sort());
  expect(searched).toEqual([found.size]);
});
