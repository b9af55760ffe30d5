import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ensureCredentials } from '../../src/accounts/credentials.js';
import { CredentialLookup, listApiKeys } from '../../src/accounts/keys.js';
import { listAccountRecords, createAccountWithKey, ensureDefaultAccount } from '../../src/accounts/accounts.js';
import { openDatabase } from '../../src/store/open-database.js';
import { createTestDatabase } from '../support/database/test-database.js';
import { TestClock } from '../support/test-clock.js';

it('the first key is the given one with the role admin, but only at the first start', async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.cleanup());
  const db = await openDatabase(database.options);
  onTestFinished(() => db.close());
  const clock = new TestClock();
  const { dataDir } = database.options;
  const path = join(dataDir, 'credentials.json');
  const start = (givenKey?: string) => ensureCredentials(db, clock, dataDir, 'http://127.0.0.1:8418', givenKey);

  await expect(start('hunter2')).rejects.toThrow(/first API key to be 32 to 200 .*, got 7 characters$/);
  const givenKey = randomUUID();
  expect(await start(givenKey)).toMatchObject({ apiKey: givenKey, isNew: false });
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ apiKey: givenKey });
  const account = (await ensureDefaultAccount(db, clock)).id;
  expect(await listApiKeys(db, account)).toMatchObject([{ name: 'first', role: 'admin', expiresAt: null }]);

  const other = randomUUID();
  expect((await start(other)).apiKey).toBe(givenKey);
  // without the file, a known key is accepted, and a new key is created instead of an unknown one
  await rm(path);
  expect(await start(givenKey)).toMatchObject({ apiKey: givenKey, isNew: false });
  await rm(path);
  expect(await start(other)).toMatchObject({ apiKey: expect.not.stringMatching(other) as string, isNew: true });
  expect(await new CredentialLookup(db, clock).find(other)).toBeUndefined();
  expect(await listApiKeys(db, account)).toHaveLength(2);
});

it('the first key is created for the default account although another account has a key', async () => {
  const database = await createTestDatabase({ isPrepared: true });
  onTestFinished(() => database.cleanup());
  const db = await openDatabase(database.options);
  onTestFinished(() => db.close());
  const clock = new TestClock();
  // created before any server has started
  const tenant = await createAccountWithKey(db, clock, 'team-b');
  clock.advance(1);
  const givenKey = randomUUID();
  const credentials = await ensureCredentials(db, clock, database.options.dataDir, 'http://127.0.0.1:8418', givenKey);
  expect(credentials).toMatchObject({ apiKey: givenKey, isNew: false });
  const keys = new CredentialLookup(db, clock);
  expect((await keys.find(givenKey))?.accountId).toBe((await ensureDefaultAccount(db, clock)).id);
  expect((await keys.find(tenant.key))?.accountId).toBe(tenant.id);
  expect(await listAccountRecords(db)).toMatchObject([
    { name: 'default', keys: 1 },
    { id: tenant.id, name: 'team-b', keys: 1 },
  ]);
  await expect(createAccountWithKey(db, clock, 'default')).rejects.toThrow(/which is taken/);
});
