import { randomUUID } from 'node:crypto';
import type { CreatedApiKey } from 'millrace/shared/types/api-key.js';
import { auditActions, type AuditAction, type AuditEntry, type AuditPage } from 'millrace/shared/types/audit.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createAccount } from '../../src/accounts/accounts.js';
import { routeAccess } from '../../src/http/route-access.js';
import { openDatabase } from '../../src/store/open-database.js';
import {
  deleteOldAuditEntries,
  listAuditEntries,
  recordAuditEntry,
  trimAuditLog,
} from '../../src/store/tables/audit.js';
import { ReportedRunDriver } from '../support/clients/events.js';
import { HostedClient } from '../support/clients/hosted-client.js';
import { TestClock } from '../support/test-clock.js';
import { createTestDatabase } from '../support/database/test-database.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { V1Client } from '../support/clients/v1-client.js';

const text = 'Rain fell on the mill.';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    keyOfEachRole: true,
    secondAccount: true,
    webhookPrivateAddresses: true,
    parked: ['summarize'],
  });
});
afterAll(() => server.close());

const readAudit = async (query = '', v1 = server.v1) => (await v1.get<AuditPage>(`/v1/audit${query}`)).body;
const readLatest = async (action: AuditAction) => (await readAudit(`?action=${action}&limit=1`)).items[0];

/** The audit action of each route with which a key changes something, or `work` if the route is not audited. */
const changes: Readonly<Record<string, AuditAction | 'work'>> = {
  'POST /krixik-core-process': 'work',
  'POST /krixik-core-update': 'file.update',
  'POST /krixik-core-delete': 'file.delete',
  'PATCH /v1/files/:id': 'file.update',
  'DELETE /v1/files/:id': 'file.delete',
  'DELETE /v1/files': 'file.delete',
  'POST /v1/events': 'work',
  'POST /v1/workers': 'work',
  'POST /v1/runs': 'work',
  'POST /v1/claims': 'work',
  'POST /v1/claims/release': 'work',
  'POST /v1/workers/:id/heartbeat': 'work',
  'POST /v1/runs/:id/cancel': 'run.cancel',
  'POST /v1/runs/:id/resume': 'run.resume',
  'POST /v1/runs/:id/rerun': 'run.rerun',
  // the job's changes are audited one by one
  'POST /v1/runs/bulk': 'work',
  'DELETE /v1/bulk/:id': 'work',
  'POST /v1/batches': 'work',
  'POST /v1/batches/:id/files': 'work',
  'POST /v1/batches/:id/close': 'work',
  'POST /v1/batches/:id/cancel': 'batch.cancel',
  'DELETE /v1/runs/:id': 'run.delete',
  'POST /v1/webhooks': 'webhook.create',
  'POST /v1/webhooks/deliveries/:id/redeliver': 'work',
  'DELETE /v1/webhooks/:id': 'webhook.delete',
  'POST /v1/keys': 'key.create',
  'DELETE /v1/keys/:key': 'key.revoke',
};

it('the table of changes has every route that changes something, and every audit action', () => {
  const changing = Object.entries(routeAccess)
    .filter(([route, access]) => !route.startsWith('GET') && !['public', 'signed', 'reader'].includes(access))
    .map(([route]) => route)
    .filter(
      (route) => !/POST (\/wpipe|\/api)?\/(matricula|healthchecker|newprocess|actualizar_task|endprocess)$/.test(route),
    );
  expect(Object.keys(changes).sort()).toEqual(changing.sort());
  const audited = new Set(Object.values(changes).filter((action) => action !== 'work'));
  expect([...audited, 'account.create'].sort()).toEqual([...auditActions].sort());
});

describe('the audit log', () => {
  beforeEach(() => server.clock.advance(1));
  const operator = () => ({
    v1: new V1Client(server.url, server.roleKeys.operator),
    hosted: new HostedClient(server.url, server.roleKeys.operator),
  });
  const byOperator = () => ({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    at: server.clock.now().toISOString(),
    key: { id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, name: 'a-operator' },
    address: '127.0.0.1',
  });

  it('has updates and deletions of files', async () => {
    const { hosted } = operator();
    const { fileId } = await server.client.complete('leases', ['parser'], text, { file_name: 'lease.txt' });
    await hosted.update('leases', fileId, { file_description: 'secret words', file_tags: [{ a: 'b' }] });
    const file = { target: fileId, name: '/etc/lease.txt', pipeline: 'leases' };
    const updated = { action: 'file.update', ...file, details: { changed: ['fileTags', 'fileDescription'] } };
    expect(await readLatest('file.update')).toEqual({ ...byOperator(), ...updated });
    await hosted.delete('leases', fileId);
    await hosted.delete('leases', fileId);
    const deleted = { action: 'file.delete', ...file, details: null };
    expect(await readLatest('file.delete')).toEqual({ ...byOperator(), ...deleted });
    expect((await readAudit('?action=file.delete')).items).toHaveLength(1);
  });

  it('has each file of a deletion by pipeline', async () => {
    const { v1 } = operator();
    const files = [];
    for (const name of ['a.txt', 'b.txt']) {
      files.push(await server.client.complete('leaving', ['parser'], text, { file_name: name }));
    }
    server.clock.advance(1);
    expect((await v1.call('DELETE', '/v1/files?pipeline=leaving')).body).toEqual({ deleted: 2, more: false });
    const { items } = await readAudit(`?action=file.delete&since=${server.clock.now().toISOString()}`);
    const entry = { ...byOperator(), action: 'file.delete', pipeline: 'leaving', details: null };
    expect(items.sort((a, b) => a.name.localeCompare(b.name))).toEqual([
      { ...entry, target: files[0]!.fileId, name: '/etc/a.txt' },
      { ...entry, target: files[1]!.fileId, name: '/etc/b.txt' },
    ]);
  });

  it('has cancellations, resumes, reruns and deletions of runs, once each', async () => {
    const { v1 } = operator();
    const hosted = await server.client.add('long', ['summarize'], text);
    await v1.cancel(hosted.processId);
    await v1.cancel(hosted.processId);
    const run = { target: hosted.processId, pipeline: 'long', name: expect.any(String) as string, details: null };
    expect(await readLatest('run.cancel')).toEqual({ ...byOperator(), action: 'run.cancel', ...run });
    expect((await readAudit('?action=run.cancel')).items).toHaveLength(1);
    await v1.delete(hosted.processId);
    expect(await readLatest('run.delete')).toEqual({ ...byOperator(), action: 'run.delete', ...run });

    const reported = new ReportedRunDriver(server.v1);
    await reported.begin({ of: 'nightly', name: 'brave-heron' });
    await reported.send({ type: 'run-state', state: 'failed', error: { code: 'x', message: 'x' } });
    await v1.post(`/v1/runs/${reported.id}/resume`, { reporter: reported.reporter, worker: null });
    expect(await readLatest('run.resume')).toMatchObject({
      target: reported.id,
      pipeline: 'nightly',
      name: 'brave-heron',
    });
    await reported.send({ type: 'run-state', state: 'failed', error: { code: 'x', message: 'x' } });
    const { body: rerun } = await v1.post<{ requestId: string }>(`/v1/runs/${reported.id}/rerun`, {});
    expect(await readLatest('run.rerun')).toMatchObject({
      target: reported.id,
      details: { requestId: rerun.requestId },
    });
    server.clock.advance(1);
    await v1.delete(reported.id);
    await v1.delete(reported.id);
    expect((await readAudit('?action=run.delete')).items.map(({ target }) => target)).toEqual([
      reported.id,
      hosted.processId,
    ]);
  });

  it('has created and deleted keys and webhooks, without their secrets', async () => {
    const { v1 } = server;
    const body = { name: 'ci', role: 'runner', pipelines: ['leases'], expireTime: 60 };
    const { body: key } = await v1.post<CreatedApiKey>('/v1/keys', body);
    await v1.post('/v1/keys', body);
    const details = { role: 'runner', pipelines: ['leases'], expiresAt: key.expiresAt };
    expect(await readLatest('key.create')).toMatchObject({ target: key.id, name: 'ci', pipeline: null, details });
    await v1.call('DELETE', '/v1/keys/ci');
    await v1.call('DELETE', '/v1/keys/ci');
    expect(await readLatest('key.revoke')).toMatchObject({ target: key.id, name: 'ci' });
    const hook = { url: 'https://example.com/hunter2?token=hunter2' };
    const { body: webhook } = await v1.post<{ id: string; secret: string }>('/v1/webhooks', hook);
    const name = 'https://example.com';
    expect(await readLatest('webhook.create')).toMatchObject({ target: webhook.id, name });
    await v1.call('DELETE', `/v1/webhooks/${webhook.id}`);
    expect(await readLatest('webhook.delete')).toMatchObject({ target: webhook.id, name });
    const all = JSON.stringify(await readAudit('?limit=1000'));
    for (const secret of [key.key, webhook.secret, 'hunter2', server.apiKey]) expect(all).not.toContain(secret);
    const byAction = async (action: AuditAction) =>
      (await readAudit(`?action=${action}&key=${await readServerKeyName()}`)).items;
    expect(await byAction('key.revoke')).toHaveLength(1);
    expect(await byAction('webhook.delete')).toHaveLength(1);
  });

  it('has the first key without the key that created it', async () => {
    const { items } = await readAudit('?action=key.create&limit=1000');
    expect(items.find(({ name }) => name.startsWith('server-'))).toMatchObject({ key: null, address: null });
  });

  it('is returned in pages, and filtered by time and by the name or id of a key', async () => {
    const pages: AuditEntry[][] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: AuditPage = await readAudit(`?limit=4${cursor && `&cursor=${cursor}`}`);
      pages.push(page.items);
      cursor = page.nextCursor;
    }
    const all = (await readAudit('?limit=1000')).items;
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.flat()).toEqual(all);
    const operators = all.filter(({ key }) => key?.name === 'a-operator');
    expect(operators.length).toBeGreaterThan(3);
    expect((await readAudit('?limit=1000&key=a-operator')).items).toEqual(operators);
    expect((await readAudit(`?limit=1000&key=${operators[0]!.key!.id}`)).items).toEqual(operators);
    server.clock.advance(1);
    const since = server.clock.now().toISOString();
    expect((await readAudit(`?since=${since}`)).items).toEqual([]);
    await server.v1.post('/v1/keys', { name: 'later', role: 'reader' });
    expect((await readAudit(`?since=${since}`)).items).toMatchObject([{ name: 'later' }]);
  });

  it.each(['?limit=0', '?limit=1001', '?action=run.start', '?since=yesterday', '?cursor=x'])(
    'is rejected with %s',
    async (query) => {
      expect((await server.v1.get(`/v1/audit${query}`)).status).toBe(400);
    },
  );

  it('has nothing of another account', async () => {
    const other = (await readAudit('', new V1Client(server.url, server.otherKey))).items;
    expect(other.map(({ action, name }) => [action, name])).toEqual([['key.create', 'other']]);
  });
});

async function readServerKeyName(): Promise<string> {
  const { items } = (await server.v1.get<{ items: { name: string }[] }>('/v1/keys')).body;
  return items.find(({ name }) => name.startsWith('server-'))!.name;
}

it('the audit log is trimmed by count and by age', async () => {
  const database = await createTestDatabase({ isPrepared: true });
  onTestFinished(() => database.cleanup());
  const db = await openDatabase(database.options);
  onTestFinished(() => db.close());
  const clock = new TestClock();
  const accounts = await Promise.all(['a', 'b', 'c'].map((name) => createAccount(db, clock, name)));
  const [a, b, c] = accounts.map(({ id }) => id) as [string, string, string];
  const addChanges = async (account: string, count: number) => {
    for (let n = 0; n < count; n++) {
      clock.advance(1);
      const change = { action: 'key.revoke', target: randomUUID(), name: `${n}` } as const;
      await recordAuditEntry(db, account, change, clock.now());
    }
  };
  const listNames = async (account: string) =>
    (await listAuditEntries(db, account, { limit: 100, action: 'key.revoke' })).items.map(({ name }) => name);
  await addChanges(a, 5);
  await addChanges(b, 3);
  await addChanges(c, 2);
  await trimAuditLog(db, 3);
  expect([await listNames(a), await listNames(b), await listNames(c)]).toEqual([
    ['4', '3', '2'],
    ['2', '1', '0'],
    ['1', '0'],
  ]);
  await deleteOldAuditEntries(db, new Date(clock.now().getTime() - 2000));
  expect([await listNames(a), await listNames(b), await listNames(c)]).toEqual([[], [], ['1', '0']]);
});
