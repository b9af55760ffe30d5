import { randomUUID } from 'node:crypto';
import type { BatchDetails, BatchItem, BatchPage, BatchStatus } from 'millrace/shared/runs/batch-status.js';
import type { BatchRunEnd } from 'millrace/shared/wire/batches.js';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchChannel } from '../../src/engine/batches/batch-changes.js';
import { closeAbandonedBatches } from '../../src/engine/batches/end-batch.js';
import { createArchive } from '../../src/http/batches/archive.js';
import type { HttpContext } from '../../src/http/http-context.js';
import { openDatabase } from '../../src/store/open-database.js';
import { createTestDatabase } from '../support/database/test-database.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { readEvents, V1Client, type ReadEvent, type V1ErrorBody } from '../support/clients/v1-client.js';
import { startReceiver } from '../support/webhook-receiver.js';

const text = 'The kettle sang while rain kept time on the roof. Nobody hurried.\n';
const broken = '%PDF-1.7 and nothing else';
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ keyOfEachRole: true, parked: ['summarize'], concurrency: 2 });
});
afterAll(() => server.close());

async function createBatch(body: object = {}, v1 = server.v1): Promise<BatchDetails> {
  const fullBody = { pipeline: `mill-${randomUUID().slice(0, 8)}`, chain: ['keyword-db'], ...body };
  const response = await v1.post<BatchDetails>('/v1/batches', fullBody);
  expect(response.status, response.text).toBe(201);
  return response.body;
}

type Files = Readonly<Record<string, string>>;

/** Adds files under their names, or as `described` describes them. */
async function addFiles(batchId: string, files: Files, described?: readonly object[], key = server.apiKey) {
  const form = new FormData();
  if (described) form.append('files', JSON.stringify(described));
  for (const [name, content] of Object.entries(files)) form.append('file', new Blob([content]), name);
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(`${server.url}/v1/batches/${batchId}/files`, { method: 'POST', headers, body: form });
  const body = (await response.json()) as { items: BatchItem[] } & Partial<V1ErrorBody>;
  return { status: response.status, items: body.items, message: body.error?.message };
}

const readBatch = async (id: string) => (await server.v1.get<BatchDetails>(`/v1/batches/${id}`)).body;
const closeBatch = (id: string, body: object = {}) => server.v1.post<BatchDetails>(`/v1/batches/${id}/close`, body);

async function waitUntilEnded(id: string): Promise<BatchDetails> {
  await expect.poll(async () => (await readBatch(id)).state).not.toBe('running');
  return readBatch(id);
}

const numberedFiles = (count: number): Files =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}.txt`, `${text} ${i}`]));

const runsOf = (items: readonly BatchItem[]) => items.flatMap((item) => ('requestId' in item ? [item.requestId] : []));

function openEvents(id: string, query = '', headers: object = {}): Promise<Response> {
  return fetch(`${server.url}/v1/batches/${id}/events${query}`, {
    headers: { authorization: `Bearer ${server.apiKey}`, ...headers },
  });
}

/** Reads a stream until `count` runs have ended. */
async function readEnds(events: AsyncIterator<ReadEvent>, count: number) {
  const ends: BatchRunEnd[] = [];
  let lastId = '';
  while (ends.length < count) {
    const { value, done } = (await events.next()) as IteratorResult<ReadEvent, undefined>;
    if (done) break;
    if (value.event === 'ends') ends.push(...(value.data as { items: BatchRunEnd[] }).items);
    lastId = value.id ?? lastId;
  }
  return { ends, lastId };
}

/** Reads a stream until the batch matches. @returns The id of the matching event. */
async function readUntil(events: AsyncIterator<ReadEvent>, matches: (batch: BatchStatus) => boolean) {
  for (;;) {
    const { value, done } = (await events.next()) as IteratorResult<ReadEvent, undefined>;
    if (done) throw new Error('Expected another state of the batch, got the end of the stream.');
    if (value.event === 'batch' && matches(value.data as BatchStatus)) return value.id ?? '';
  }
}

describe('a batch', () => {
  it('accepts many files in one request, refuses only the invalid ones, and counts no file that can be sent separately', async () => {
    const { batchId, pipeline } = await createBatch({ name: 'rain', expected: 10 });
    const files = { ...numberedFiles(6), 'empty.txt': '', 'big.txt': 'x'.repeat(300 * 1024) };
    const { status, items } = await addFiles(batchId, files);
    expect(status).toBe(200);
    expect(items.map(({ key }) => key)).toEqual(Object.keys(files));
    expect(runsOf(items)).toHaveLength(6);
    expect(items.slice(6)).toEqual([
      { key: 'empty.txt', error: { code: 'validation', message: expect.stringContaining('empty') as string } },
      { key: 'big.txt', error: { code: 'too_large', message: expect.stringContaining('262144 bytes') as string } },
    ]);
    const again = await addFiles(batchId, files);
    expect(again.items).toEqual(items.map((item) => ('requestId' in item ? { ...item, isRepeated: true } : item)));
    const { body: page } = await server.v1.runs(`?batch=${batchId}&count=true`);
    expect(page).toMatchObject({ total: 6 });
    expect(page.items.every((run) => run.batch === batchId && run.of === pipeline)).toBe(true);
    expect((await readBatch(batchId)).counts).toMatchObject({ total: 10, failed: 1 });
    await closeBatch(batchId, { skipped: 3 });
    const whole = await waitUntilEnded(batchId);
    expect(whole).toMatchObject({ name: 'rain', state: 'completed', secondsLeft: null });
    expect(whole.counts).toEqual({
      total: 10,
      queued: 0,
      running: 0,
      completed: 6,
      failed: 1,
      cancelled: 0,
      skipped: 3,
    });
    expect(whole.failures).toMatchObject([{ code: 'validation', count: 1, example: null }]);
  });

  it('counts a file once if it is accepted after a refusal', async () => {
    const { batchId } = await createBatch();
    const error = { code: 'validation', message: 'Expected text, got a kettle' };
    expect((await addFiles(batchId, {}, [{ key: 'a', error }])).items).toEqual([{ key: 'a', error }]);
    expect((await readBatch(batchId)).failures).toMatchObject([{ count: 1, message: error.message, file: 'a' }]);
    const described = [{ key: 'a', fileName: 'a.txt', fileTags: [{ of: 'rain' }], symbolicDirectoryPath: '/roof' }];
    const [item] = (await addFiles(batchId, { blob: text }, described)).items;
    expect((await readBatch(batchId)).counts).toMatchObject({ total: 1, failed: 0 });
    const { fileId } = item as { fileId: string };
    await closeBatch(batchId);
    expect((await waitUntilEnded(batchId)).counts).toMatchObject({ total: 1, completed: 1, failed: 0 });
    const headers = { authorization: `Bearer ${server.apiKey}` };
    const archive = await fetch(`${server.url}/v1/batches/${batchId}/outputs`, { headers });
    const unpacked = unzipSync(new Uint8Array(await archive.arrayBuffer()));
    expect(Object.keys(unpacked)).toEqual(['roof/a.txt.db']);
    expect(Buffer.from(unpacked['roof/a.txt.db']!).subarray(0, 6).toString()).toBe('SQLite');
    expect((await server.v1.get(`/v1/files/${fileId}`)).body).toMatchObject({
      symbolicFilePath: '/roof/a.txt',
      fileTags: [{ of: 'rain' }],
    });
  });

  it('records each error that a client reports, whatever its code', async () => {
    const { batchId } = await createBatch();
    const codes = ['too_many_runs', 'conflict', 'gone'];
    const described = codes.map((code) => ({ key: code, error: { code, message: `the file is ${code}` } }));
    expect((await addFiles(batchId, {}, described)).items).toEqual(described);
    expect((await readBatch(batchId)).counts).toMatchObject({ total: 3, failed: 3 });
  });

  it('streams finished runs with their outputs, and resumes a lost stream', async () => {
    const { batchId } = await createBatch();
    const first = readEvents(await openEvents(batchId, '?output=1000000'));
    expect((await first.next()).value).toMatchObject({ event: 'open' });
    const { items } = await addFiles(batchId, numberedFiles(3));
    const { ends, lastId } = await readEnds(first, 3);
    expect(ends.map(({ requestId }) => requestId).sort()).toEqual(runsOf(items).sort());
    expect(ends).toMatchObject(Array(3).fill({ state: 'completed', output: { extension: '.db' } }));
    const content = Buffer.from(ends[0]!.output!.content!, 'base64');
    expect(content.subarray(0, 6).toString()).toBe('SQLite');
    expect(content).toHaveLength(ends[0]!.output!.bytes);
    await first.return(undefined);
    const { items: later } = await addFiles(batchId, { 'later.txt': text });
    await closeBatch(batchId);
    await waitUntilEnded(batchId);
    const second = readEvents(await openEvents(batchId, '?output=1000000', { 'last-event-id': lastId }));
    const missed = await readEnds(second, 1);
    expect(missed.ends.map(({ requestId }) => requestId)).toEqual(runsOf(later));
    const end = await readUntil(second, ({ state }) => state !== 'running');
    await second.return(undefined);
    // after the last event, the server keeps nothing to resume from
    const readFirstEvent = async () => {
      const again = readEvents(await openEvents(batchId, '?output=1000000', { 'last-event-id': end }));
      const { value } = (await again.next()) as IteratorResult<ReadEvent, undefined>;
      await again.return(undefined);
      return value?.event;
    };
    await expect.poll(readFirstEvent).toBe('reset');
    // an id from another server, or from before a restart
    const third = readEvents(await openEvents(batchId, '', { 'last-event-id': 'elsewhere.7' }));
    expect((await third.next()).value).toMatchObject({ event: 'reset' });
    await third.return(undefined);
  });

  it('sends its webhook once when it ends, and again after failed files are resumed', async () => {
    const receiver = await startReceiver();
    const events = ['batch.completed'];
    const { batchId } = await createBatch({ webhook: { url: receiver.url, secret, events } });
    const described = [
      { key: 'good', fileName: 'good.txt' },
      { key: 'bad', fileName: 'bad.pdf' },
      { key: 'worse', fileName: 'worse.pdf' },
    ];
    await addFiles(batchId, { a: text, b: broken, c: `${broken}, too` }, described);
    await closeBatch(batchId);
    const batch = await waitUntilEnded(batchId);
    expect(batch.failures).toMatchObject([{ count: 2, step: 'keyword-db', example: expect.any(String) as string }]);
    await expect.poll(() => receiver.received.length).toBe(1);
    expect(receiver.received[0]!.event).toEqual({ type: 'batch.completed', timestamp: batch.finishedAt, data: batch });
    const { fingerprint } = batch.failures[0]!;
    const { body: failed } = await server.v1.runs(`?batch=${batchId}&fingerprint=${fingerprint}`);
    expect(failed.items).toHaveLength(2);
    const body = { action: 'resume', filter: { batch: batchId, state: ['failed', 'crashed'] } };
    expect((await server.v1.post('/v1/runs/bulk', body)).status).toBe(201);
    await expect.poll(() => receiver.received.length).toBe(2);
    expect((await waitUntilEnded(batchId)).counts).toMatchObject({ completed: 1, failed: 2 });
    const { body: deliveries } = await server.v1.get<{ items: object[] }>(`/v1/webhooks/deliveries?batch=${batchId}`);
    expect(deliveries.items).toMatchObject(Array(2).fill({ batchId, requestId: null, type: 'batch.completed' }));
  });

  it('keeps its counts and failures after its files expire', async () => {
    const { batchId } = await createBatch({ expireTime: 100 });
    await addFiles(batchId, { 'good.txt': text, 'bad.pdf': broken });
    await expect
      .poll(async () => (await readBatch(batchId)).counts)
      .toMatchObject({
        completed: 1,
        failed: 1,
      });
    const before = await readBatch(batchId);
    server.clock.advance(200);
    await expect
      .poll(async () => (await server.v1.runs(`?batch=${batchId}&count=true`)).body)
      .toMatchObject({ total: 0 });
    await expect.poll(async () => (await readBatch(batchId)).failures[0]?.example).toBeNull();
    await closeBatch(batchId);
    const after = await waitUntilEnded(batchId);
    expect(after.counts).toEqual(before.counts);
    expect(after.failures).toEqual(before.failures.map((failure) => ({ ...failure, example: null })));
  });

  it('counts a deleted run only if it had ended, also in its stream', async () => {
    const { batchId } = await createBatch({ chain: ['summarize'] });
    const [cancelled = '', waiting = ''] = runsOf((await addFiles(batchId, numberedFiles(3))).items);
    await server.v1.cancel(cancelled);
    const events = readEvents(await openEvents(batchId));
    await readUntil(events, ({ counts }) => counts.queued === 2);
    for (const id of [cancelled, waiting]) expect((await server.v1.delete(id)).status).toBe(204);
    await readUntil(events, ({ counts }) => counts.queued === 1);
    await events.return(undefined);
    expect((await readBatch(batchId)).counts).toMatchObject({ total: 2, queued: 1, cancelled: 1 });
  });

  it('continues in its stream when one of its runs is resumed after its end', async () => {
    const { batchId } = await createBatch({ chain: ['summarize'], keepInput: true });
    const [run = ''] = runsOf((await addFiles(batchId, numberedFiles(1))).items);
    await closeBatch(batchId);
    const events = readEvents(await openEvents(batchId));
    await server.v1.cancel(run);
    await readUntil(events, ({ state }) => state !== 'running');
    expect((await server.v1.post(`/v1/runs/${run}/resume`)).status).toBe(200);
    await readUntil(events, ({ state }) => state === 'running');
    await events.return(undefined);
  });

  it('is cancelled with its runs, and then refuses new files', async () => {
    const { batchId } = await createBatch({ chain: ['summarize'] });
    await addFiles(batchId, numberedFiles(3));
    const cancel = () => server.v1.post(`/v1/batches/${batchId}/cancel`);
    expect((await Promise.all([cancel(), cancel()])).map(({ status }) => status)).toEqual([200, 200]);
    const batch = await waitUntilEnded(batchId);
    expect(batch).toMatchObject({ state: 'cancelled', counts: { total: 3, cancelled: 3 } });
    const { items } = await addFiles(batchId, { 'late.txt': text });
    expect(items).toMatchObject([{ key: 'late.txt', error: { code: 'conflict' } }]);
    expect(runsOf((await addFiles(batchId, { '0.txt': `${text} 0` })).items)).toHaveLength(1);
    const { items: audited } = (await server.v1.get<{ items: object[] }>('/v1/audit?action=batch.cancel')).body;
    expect(audited).toMatchObject([{ target: batchId, name: batch.name, pipeline: batch.pipeline }]);
  });

  it('keeps a file whose replacement is refused', async () => {
    const { batchId } = await createBatch({ chain: ['summarize'] });
    const [item] = (await addFiles(batchId, { 'a.txt': text })).items;
    const { fileId, requestId } = item as Extract<BatchItem, { requestId: string }>;
    await closeBatch(batchId);
    const described = [{ key: 'later', fileName: 'a.txt', replaces: fileId }];
    const { items } = await addFiles(batchId, { a: `${text} Later.` }, described);
    expect(items).toMatchObject([{ key: 'later', error: { code: 'conflict' } }]);
    expect((await server.v1.run(requestId)).body.state).toBe('pending');
    expect((await server.v1.get(`/v1/files/${fileId}`)).status).toBe(200);
  });

  it('is created once per Idempotency-Key, listed in pages, and changed by its creator or an operator', async () => {
    const runner = new V1Client(server.url, server.roleKeys.runner);
    const pipeline = `mill-${randomUUID().slice(0, 8)}`;
    const headers = { authorization: `Bearer ${server.roleKeys.runner}`, 'idempotency-key': pipeline };
    const createWithKey = async (chain: string[], options: object = {}) => {
      const body = JSON.stringify({ pipeline, chain, ...options });
      const response = await fetch(`${server.url}/v1/batches`, { method: 'POST', headers, body });
      return { status: response.status, body: (await response.json()) as BatchDetails };
    };
    const { body: ownBatch } = await createWithKey(['keyword-db']);
    expect((await createWithKey(['keyword-db'])).body.batchId).toBe(ownBatch.batchId);
    expect((await createWithKey(['parser'])).status).toBe(409);
    const { name } = ownBatch;
    const changes = [{ name: 'other' }, { expected: 7 }, { fileTags: [{ of: 'rain' }] }, { name, expireTime: null }];
    for (const change of changes) expect((await createWithKey(['keyword-db'], change)).status).toBe(409);
    expect((await createWithKey(['keyword-db'], { name })).body.batchId).toBe(ownBatch.batchId);
    server.clock.advance(1);
    const other = await createBatch({ pipeline });
    expect((await addFiles(ownBatch.batchId, numberedFiles(1), undefined, server.roleKeys.runner)).status).toBe(200);
    expect((await addFiles(other.batchId, numberedFiles(1), undefined, server.roleKeys.runner)).status).toBe(403);
    expect((await runner.post(`/v1/batches/${other.batchId}/cancel`)).status).toBe(403);
    const { body: page } = await server.v1.get<BatchPage>(`/v1/batches?of=${pipeline}&limit=1`);
    const rest = `/v1/batches?of=${pipeline}&limit=1&cursor=${page.nextCursor}`;
    const { body: last } = await server.v1.get<BatchPage>(rest);
    expect([...page.items, ...last.items].map(({ batchId }) => batchId)).toEqual([other.batchId, ownBatch.batchId]);
    expect(last.nextCursor).toBeNull();
    const reserve = {
      pipeline,
      pipeline_ordered_modules: ['keyword-db'],
      batch: ownBatch.batchId,
      file_name: 'large.txt',
    };
    const { body: reserved } = await server.client.call<{ request_id: string }>('/krixik-core-process', reserve);
    expect((await server.v1.run(reserved.request_id)).body.batch).toBe(ownBatch.batchId);
  });

  it('is created by one of two different requests with the same Idempotency-Key at the same time', async () => {
    const headers = { authorization: `Bearer ${server.apiKey}`, 'idempotency-key': randomUUID() };
    const webhook = { url: 'https://example.org/', secret };
    const create = async (name: string) => {
      const body = JSON.stringify({ pipeline: 'mill', chain: ['keyword-db'], name, webhook });
      return (await fetch(`${server.url}/v1/batches`, { method: 'POST', headers, body })).status;
    };
    const statuses = await Promise.all(['rain', 'snow'].map(create));
    expect([...statuses].sort()).toEqual([201, 409]);
    expect(await Promise.all(['rain', 'snow'].map(create))).toEqual(statuses);
  });

  it('has an archive only if it fits into a ZIP archive with its paths', async () => {
    const http = { engine: { blobs: { read: () => [] } } } as unknown as HttpContext;
    const empty = { directory: '/roof', extension: '.db', blob: 'b', bytes: 0, updatedAt: server.clock.now() };
    const outputs = ['a', 'é'].map((fileName) => ({ ...empty, fileName, fileId: randomUUID() }));
    const { byteLength } = await new Response(createArchive(http, outputs)).arrayBuffer();
    const enlarged = (bytes: number) => [{ ...outputs[0]!, bytes }, outputs[1]!];
    const room = 2 ** 32 - 1 - byteLength;
    expect(createArchive(http, enlarged(room))).toBeInstanceOf(ReadableStream);
    const message = `Expected at most 65535 outputs and ${2 ** 32 - 1} bytes with their paths in one archive, got 2 outputs and ${2 ** 32} bytes.`;
    expect(() => createArchive(http, enlarged(room + 1))).toThrow(message);
  });

  it.each([
    ['fields', 'Content-Disposition: form-data; name="other"'],
    ['parts', 'Content-Type: text/plain'],
  ])('rejects a form with too many %s, instead of ignoring the rest', async (_, header) => {
    const { batchId } = await createBatch();
    const all = [...Array<string>(68).fill(header), 'Content-Disposition: form-data; name="files"'];
    const body = `${all.map((line) => `--b\r\n${line}\r\n\r\n[]\r\n`).join('')}--b--\r\n`;
    const headers = { authorization: `Bearer ${server.apiKey}`, 'content-type': 'multipart/form-data; boundary=b' };
    const response = await fetch(`${server.url}/v1/batches/${batchId}/files`, { method: 'POST', headers, body });
    const { error } = (await response.json()) as V1ErrorBody;
    expect([response.status, error.message]).toEqual([400, expect.stringContaining('at most 4 fields')]);
  });

  it.each([
    ['too many files', numberedFiles(65), undefined, /at most 64 files/],
    ['fewer files than descriptions', {}, [{ key: 'a' }], /part `file` for each of the 1 files/],
    ['a duplicate key', { a: text, b: text }, [{ key: 'a' }, { key: 'a' }], /two with "a"/],
    ['a key with U\u002b0000', { a: text }, [{ key: 'a\0' }], /U\+0000/],
  ])('rejects a request with %s', async (_, files, described, message) => {
    const { batchId } = await createBatch();
    const refused = await addFiles(batchId, files, described);
    expect([refused.status, refused.message]).toEqual([400, expect.stringMatching(message)]);
  });
});

it('a batch is closed and announced after a day without a new file', async () => {
  const database = await createTestDatabase();
  const closing = await startTestServer({ database, parked: ['summarize'], sweepSeconds: 3600 });
  const { batchId } = await createBatch({ chain: ['summarize'] }, closing.v1);
  closing.clock.advance(24 * 3600);
  const { batchId: recent } = await createBatch({}, closing.v1);
  await closing.close();

  const db = await openDatabase(database.options);
  const announced: string[] = [];
  const unlisten = await db.listen(batchChannel, (payload) => announced.push(payload.split(' ')[0]!));
  await closeAbandonedBatches({ db, clock: closing.clock });
  await expect.poll(() => announced).toEqual([batchId]);
  const { rows } = await db.query('select id from batch where closed_at is null');
  expect(rows).toEqual([{ id: recent }]);
  await unlisten();
  await db.close();
  await database.cleanup();
});
