import { expect, it, onTestFinished, vi } from 'vitest';
import { createApiKey, CredentialLookup, revokeApiKey } from '../../src/accounts/keys.js';
import { ensureDefaultAccount } from '../../src/accounts/accounts.js';
import { startServer } from '../../src/index.js';
import { openDatabase } from '../../src/store/open-database.js';
import { onPostgres } from '../support/database/backend.js';
import { send, signIn } from '../support/clients/browser.js';
import { TestClock } from '../support/test-clock.js';
import { createTestDatabase } from '../support/database/test-database.js';
import { V1Client } from '../support/clients/v1-client.js';

it('the revocation of a key takes effect within a second on a server that has cached the key', async () => {
  const database = await createTestDatabase({ isPrepared: true });
  onTestFinished(() => database.cleanup());
  const db = await openDatabase(database.options);
  onTestFinished(() => db.close());
  const clock = new TestClock();
  const { id } = await ensureDefaultAccount(db, clock);
  const { key } = (await createApiKey(db, clock, id, { name: 'ci', role: 'reader', expiresAt: null }))!;
  let now = 1_000_000;
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => now);
  onTestFinished(() => spy.mockRestore());
  const otherServer = new CredentialLookup(db, clock);
  expect((await otherServer.find(key))?.name).toBe('ci');
  expect(await revokeApiKey(db, clock, id, 'ci')).toBe(true);
  now += 1000;
  expect(await otherServer.find(key)).toBeUndefined();
});

it.runIf(onPostgres)('the revocation of a key on one server takes effect on another server', async () => {
  const database = await createTestDatabase({ isPrepared: true });
  onTestFinished(() => database.cleanup());
  const start = async () => {
    const server = await startServer({ ...database.options, port: 0, worker: false, logLevel: 'error' });
    onTestFinished(() => server.close());
    return server;
  };
  const [one, two] = [await start(), await start()];
  const admin = new V1Client(one.url, one.apiKey);
  const { key } = (await admin.post<{ key: string }>('/v1/keys', { name: 'ci', role: 'reader' })).body;
  const cookie = await signIn(one.url, { key });
  const statuses = async () => [
    (await new V1Client(two.url, key).get('/v1')).status,
    (await send(two.url, '/v1', { headers: { cookie } })).status,
  ];
  expect(await statuses()).toEqual([200, 200]);
  expect((await admin.call('DELETE', '/v1/keys/ci')).status).toBe(204);
  await expect.poll(statuses).toEqual([401, 401]);
});
