import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findOccurrences } from '../../src/search/keyword/find-occurrences.js';
import { parseKeywordQuery } from '../../src/search/keyword/keyword-query.js';
import { loadPostings, storePostings } from '../../src/search/keyword/store-postings.js';
import { openDatabase, type MillraceDatabase } from '../../src/store/open-database.js';
import { goldCases, hasGold, readGold } from '../modules/gold-folder.js';
import { runModule } from '../modules/run-module.js';
import { createTestDatabase, type TestDatabase } from '../support/database/test-database.js';

describe.runIf(hasGold)('recorded keyword searches of the hosted service', () => {
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

  it.for(goldCases.filter((gold) => gold.method === 'keyword_search'))(
    '$id: returns the recorded results and stop words',
    async ({ inputs = [], query = '', expected_response: expected }) => {
      const { output } = await runModule('keyword-db', readGold(inputs[0] ?? ''));
      const fileId = randomUUID();
      await storePostings(db, [{ fileId, postings: await loadPostings(output) }]);
      const parsed = parseKeywordQuery(query);
      const found = await findOccurrences(db, [fileId], parsed);
      const [item] = expected?.items ?? [];
      expect(found.get(fileId)).toEqual(item?.search_results);
      if (item) expect(output.facts).toEqual({ num_lines: item.file_metadata.num_lines });
      const warned = expected?.warnings.flatMap((warning) =>
        Object.entries(warning).flatMap(([text, words]) => (text.includes('stop_words') ? words : [])),
      );
      expect(parsed.stopWords).toEqual(warned);
    },
  );
});

it.runIf(hasGold)('NOT RUN without the recorded searches: there are four of them', () => {
  expect(goldCases.filter((gold) => gold.method === 'keyword_search')).toHaveLength(4);
});
