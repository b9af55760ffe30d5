import { afterAll, beforeAll, expect, it } from 'vitest';
import { fillAndRecord, findFaults, type FilledStore } from '../support/database/check-plans.js';

let store: FilledStore;
beforeAll(async () => {
  store = await fillAndRecord(100_000);
}, 1_800_000);
afterAll(() => store.close());

it('each statement of the server reads few rows in a store of 100 000 files', { timeout: 1_800_000 }, async () => {
  const faults = [];
  // the account has 40 000 files, and its pipeline `notes` 30 000
  for (const statement of store.statements) faults.push(...(await findFaults(store.db, statement, 3000)));
  expect(faults).toEqual([]);
  const account = `account_id = (select account_id from file where pipeline = 'notes' limit 1)`;
  const sql = `select from file where ${account} and pipeline = 'notes' and state = 'ready' and description = $1`;
  expect((await findFaults(store.db, { sql, values: ['x'] }, 3000))[0]).toContain('rows of file');
});
