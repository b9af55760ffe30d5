import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AddedFile } from '../support/clients/hosted-client.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import type { V1ErrorBody } from '../support/clients/v1-client.js';

const long = { expire_time: 1_000_000 };
const text = 'Seven stones. Seven steps.';

let server: TestServer;
/** Oldest first. The second and the third were created at the same moment. */
let runs: AddedFile[];
beforeAll(async () => {
  server = await startTestServer({ parked: ['summarize'] });
  const { client, clock } = server;
  const first = await client.complete('stones', ['parser'], text, long);
  clock.advance(10);
  const second = await client.complete('stones', ['parser'], text, long);
  const third = await client.add('steps', ['json-to-txt'], 'no JSON', long);
  await client.settle(third);
  clock.advance(10);
  const fourth = await client.add('parked', ['summarize'], text, long);
  clock.advance(10);
  const fifth = await client.add('parked', ['summarize'], text, long);
  await server.v1.cancel(fifth.processId);
  runs = [first, second, third, fourth, fifth];
});
afterAll(() => server.close());

const ids = async (query: string) => (await server.v1.runs(query)).body.items.map((run) => run.requestId);
const at = (...indexes: number[]) => indexes.map((index) => runs[index]!.processId);

describe('the list of runs', () => {
  it('has each run, newest first, as its record without input, result, warnings and tasks', async () => {
    const { body } = await server.v1.runs();
    expect(body.nextCursor).toBeNull();
    expect(body.items.map((run) => run.requestId)).toEqual([...at(4, 3), ...at(1, 2).sort().reverse(), ...at(0)]);
    for (const { subject, taskCounts, currentTasks, fileTags, ...run } of body.items) {
      expect(fileTags).toEqual([]);
      expect(subject).toEqual(expect.any(String));
      const { input, result, warnings, tasks, processStatus, ...summary } = (await server.v1.run(run.requestId)).body;
      expect([input, result, warnings]).toEqual([null, null, []]);
      expect(run).toEqual(summary);
      for (const [state, amount] of Object.entries(taskCounts))
        expect(tasks.filter((task) => task.state === state)).toHaveLength(amount);
      expect(Object.keys(processStatus)).toHaveLength(tasks.length);
      expect(currentTasks).toEqual([]);
    }
  });

  it('is filtered by one or several states', async () => {
    expect(await ids('?state=failed')).toEqual(at(2));
    expect(await ids('?state=pending')).toEqual(at(3));
    expect(await ids('?state=cancelled,failed')).toEqual(at(4, 2));
    expect(await ids('?state=crashed')).toEqual([]);
  });

  it('is filtered by pipeline, kind, name and time, combined with AND', async () => {
    const { body: named } = await server.v1.run(runs[0]!.processId);
    expect(await ids('?of=stones')).toEqual(at(1, 0));
    expect(await ids('?kind=hosted')).toHaveLength(5);
    expect(await ids('?kind=flow')).toEqual([]);
    expect(await ids(`?name=${named.name}&of=stones`)).toContain(runs[0]!.processId);
    expect(await ids('?name=no-such-name')).toEqual([]);
    const since = (await server.v1.run(runs[3]!.processId)).body.createdAt;
    expect(await ids(`?since=${since}`)).toEqual(at(4, 3));
    expect(await ids(`?since=${since}&state=pending&of=parked`)).toEqual(at(3));
    expect(await ids(`?since=${since}&of=stones`)).toEqual([]);
  });

  it.each([1, 2, 3, 4, 5])('has each run once in pages of %i', async (limit) => {
    const all = await ids('');
    const pages: string[][] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`;
      const { body } = await server.v1.runs(`?limit=${limit}${query}`);
      pages.push(body.items.map((run) => run.requestId));
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(pages.flat()).toEqual(all);
    expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
  });

  it('continues from a cursor although runs were added in between', async () => {
    const { body } = await server.v1.runs('?limit=3&of=stones&state=completed');
    const page = await server.v1.runs('?limit=1&of=stones');
    await server.client.add('stones', ['parser'], text, long);
    const next = await server.v1.runs(`?limit=1&of=stones&cursor=${page.body.nextCursor!}`);
    expect([page, next].flatMap((response) => response.body.items.map((run) => run.requestId))).toEqual(
      body.items.map((run) => run.requestId),
    );
  });

  const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  it.each([
    'limit=0',
    'limit=1001',
    'limit=some',
    'state=done',
    'state=',
    'kind=cron',
    'since=whenever',
    'since=-200000-01-01T00:00:00Z',
    'of=%00',
    'name=a%00b',
    'cursor=x',
    `cursor=${forged(null)}`,
    `cursor=${forged({ createdAt: '9999-99-99 99:99:99', id: randomUUID(), isDescending: true })}`,
    `cursor=${forged({ createdAt: '2031-02-30 10:00:00+00', id: randomUUID(), isDescending: true })}`,
    `cursor=${forged({ createdAt: '2031-02-14 10:00:00+00', id: 'x', isDescending: true })}`,
    `cursor=${forged({ createdAt: "2031-02-14 10:00:00'+00", id: randomUUID(), isDescending: true })}`,
  ])('is rejected with ?%s', async (query) => {
    const { status, body } = await server.v1.get<V1ErrorBody>(`/v1/runs?${query}`);
    expect(status).toBe(400);
    expect(body.error.code).toBe('validation');
  });
});

describe('an error response', () => {
  it('has a code, a message and the id of the exchange', async () => {
    const { status, headers, body } = await server.v1.get<V1ErrorBody>(`/v1/runs/${randomUUID()}`);
    expect(status).toBe(404);
    expect(Object.keys(body)).toEqual(['error']);
    expect(Object.keys(body.error)).toEqual(['code', 'message', 'exchangeId']);
    expect(body.error.exchangeId).toBe(headers.get('x-exchange-id'));
  });

  it.each(['x', '1', 'null', '%2e%2e', '%00', `${randomUUID()}x`])('has status 404 for the run %j', async (id) => {
    for (const { status, body } of [
      await server.v1.get<V1ErrorBody>(`/v1/runs/${id}`),
      await server.v1.get<V1ErrorBody>(`/v1/runs/${id}?wait=30`),
      await server.v1.call<V1ErrorBody>('POST', `/v1/runs/${id}/cancel`),
      await server.v1.call<V1ErrorBody>('DELETE', `/v1/runs/${id}`),
      await server.v1.get<V1ErrorBody>(`/v1/runs/${id}/events`),
    ]) {
      expect([status, body.error.code]).toEqual([404, 'not_found']);
    }
  });

  it.each(['/v1/nothing', '/v1/runs/x/y/z', '/v1/'])('has status 404 at %s', async (path) => {
    const { status, body } = await server.v1.get<V1ErrorBody>(path);
    expect([status, body.error.code]).toEqual([404, 'not_found']);
    expect(body.error.exchangeId).toEqual(expect.any(String));
  });
});

describe('deleting a run', () => {
  it('deletes its file in any state, and returns 404 from then on', async () => {
    const { client, v1 } = server;
    const ready = await client.complete('delete ready', ['parser'], text);
    const parked = await client.add('delete parked', ['summarize'], text);
    const reserved = (await client.process('delete reserved', ['parser'])).body;
    for (const id of [ready.processId, parked.processId, reserved.request_id]) {
      const { status, text: body } = await v1.delete(id);
      expect([status, body]).toEqual([204, '']);
      expect((await v1.run(id)).status).toBe(404);
      expect((await v1.delete(id)).status).toBe(404);
    }
    expect((await client.list('delete ready')).body.items).toEqual([]);
    expect((await client.fetchOutput('delete ready', ready.fileId)).status).toBe(400);
  });
});

describe('the server', () => {
  it('returns its name, version and limits at /v1', async () => {
    const { status, body } = await server.v1.get<Record<string, unknown>>('/v1');
    expect(status).toBe(200);
    expect(body).toMatchObject({ name: 'millrace', api: 1, limits: { characters: 'any' } });
    expect(body['version']).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('lists every module with its formats, its models and whether each model is available', async () => {
    const { status, body } = await server.v1.get<{ items: Record<string, unknown>[]; kinds: unknown[] }>('/v1/modules');
    expect(status).toBe(200);
    const csv = { name: 'csv', format: 'text', extensions: ['.csv', '.tsv', '.tab'], route: 'builtin' };
    expect(body.kinds).toContainEqual(csv);
    const module = (name: string) => body.items.find((item) => item['name'] === name);
    expect(body.items.length).toBeGreaterThanOrEqual(11);
    expect(module('parser')).toMatchObject({
      input: 'text',
      output: 'json',
      outputKey: 'snippet',
      defaultModel: 'sentence',
    });
    expect(module('parser')!['models']).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: 'sentence', available: true })]),
    );
    for (const item of body.items) {
      for (const model of item['models'] as { available: boolean; reason?: string }[]) {
        expect(model.available || typeof model.reason === 'string').toBe(true);
      }
    }
  });

  it('responds to /health and /ready without a key', async () => {
    for (const path of ['/health', '/ready']) {
      const response = await fetch(`${server.url}${path}`);
      expect([response.status, response.headers.get('millrace-api')]).toEqual([200, '1']);
    }
  });
});
