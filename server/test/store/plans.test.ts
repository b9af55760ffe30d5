import { afterAll, beforeAll, expect, it } from 'vitest';
import { fillAndRecord, findFaults, type FilledStore } from '../support/database/check-plans.js';

// growth.test.ts does the same with so many rows that the database chooses its plans freely
let store: FilledStore;
beforeAll(async () => {
  store = await fillAndRecord(2000);
  await store.db.query('set enable_seqscan = off');
});
afterAll(() => store.close());

it('each statement of the server uses an index that leads to few rows', async () => {
  expect(store.statements.length).toBeGreaterThan(120);
  const faults = [];
  for (const statement of store.statements) faults.push(...(await findFaults(store.db, statement)));
  expect(faults).toEqual([]);
});

it.each([
  ['select from file where description = $1', 'reads file'],
  ["select from run where version = $1 and waits = 'worker'", 'reads the index run_waits_for_worker'],
])('this test finds the fault in the plan of %s', async (sql, fault) => {
  const [found] = await findFaults(store.db, { sql, values: ['x'] });
  expect(found).toContain(fault);
});

it('each foreign key has an index, so that deleting a row finds the rows that refer to it', async () => {
  const { rows } = await store.db.query<{ table: string; columns: string }>(
    `select conrelid::regclass::text as table, conkey::text as columns from pg_constraint
     where contype = 'f' and connamespace = 'public'::regnamespace and not exists (
       select from pg_index where indrelid = conrelid and (indkey::int2[])[0:array_length(conkey, 1) - 1] = conkey)`,
  );
  expect(rows).toEqual([]);
});
