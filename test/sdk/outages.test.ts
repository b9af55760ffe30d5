import { ConnectionError, isMillraceError, type Outage } from 'millrace';
import { Outages } from 'millrace/http/outages.js';
import { getRetryDelay } from 'millrace/http/retry-policy.js';
import { SharedResponse } from 'millrace/http/shared-response.js';
import { createLog } from 'millrace/settings/log.js';
import { OutageLines } from 'millrace/shared/runtime/outage-lines.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Handler, Reply } from './support/fake-server.js';
import { fileId, hostedService, millraceService, runId, runRecord } from './support/hosted-service.js';
import { scratch, textFile } from './support/scratch.js';

const all = { symbolicDirectoryPaths: ['/*'] };
const list = { json: { request_id: 'r', items: [], warnings: [] } };
const noWait = { waitForProcess: false } as const;
const drop: Handler = (_seen, response) => void response.destroy();

/** Keeps the random pauses short. */
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0.0005));
afterEach(() => void vi.restoreAllMocks());

/** Sends the replies in turn, then repeats the last one. */
function replyInTurn(...replies: (Reply | Handler)[]): Handler {
  let calls = 0;
  return async (seen, response, request) => {
    const reply = replies[Math.min(calls++, replies.length - 1)] as Reply | Handler;
    return typeof reply === 'function' ? reply(seen, response, request) : reply;
  };
}

const repeat = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a server that stops responding', () => {
  it.each([
    ['drops connections', drop],
    ['is behind a proxy that responds 502', { status: 502 }],
    ['responds 503 with Retry-After', { status: 503, headers: { 'retry-after-ms': '1' } }],
  ])('is retried far more than maxRetries times if it %s', async (_name, reply) => {
    const { client, to } = await hostedService({ '/krixik-core-list': replyInTurn(...repeat(20, reply), list) });
    await client.verify();
    await client.createPipeline('notes', ['parser']).list(all);
    expect(to('/krixik-core-list').length).toBeGreaterThanOrEqual(21);
  });

  it('is reported once to the log and to onOutage, and again when it is back', async () => {
    const lines: string[] = [];
    const reported: (Outage | null)[] = [];
    const note = (message: string) => void lines.push(message);
    const { client, url } = await hostedService(
      { '/krixik-core-list': replyInTurn(...repeat(9, drop), list) },
      {
        logLevel: 'warn',
        logger: { error: note, warn: note, info: note, debug: note },
        onOutage: (outage) => reported.push(outage),
      },
    );
    await client.verify();
    await client.createPipeline('notes', ['parser']).list(all);
    expect(lines).toEqual([
      expect.stringContaining('attempt 2 of 4'),
      `waiting for ${url} (ECONNRESET)`,
      expect.stringMatching(/is back after \d+ s$/),
    ]);
    // on a slow machine, the outage is reported several times
    expect([...new Set(reported.map((outage) => outage?.reason))]).toEqual(['ECONNRESET', undefined]);
  });

  it('is given up after retryFor', async () => {
    const { client, to } = await hostedService({ '/krixik-core-list': drop });
    await client.verify();
    const failure = await failureOf(client.createPipeline('notes', ['parser']).list(all, { retryFor: 1500 }));
    expect(failure).toBeInstanceOf(ConnectionError);
    expect(failure).toMatchObject({ retryable: true });
    expect(to('/krixik-core-list').length).toBeGreaterThan(4);
  });

  it('is given up after maxRetries by a call that starts after retryFor', async () => {
    const { client, to } = await hostedService({ '/krixik-core-list': drop }, { retryFor: 50 });
    await client.verify();
    const pipeline = client.createPipeline('notes', ['parser']);
    await failureOf(pipeline.list(all));
    const before = to('/krixik-core-list').length;
    await failureOf(pipeline.list(all));
    expect(to('/krixik-core-list').length - before).toBeLessThanOrEqual(4 + 1);
  });

  it.each([{ maxRetries: 0 }, { retryFor: 0 }])('is given up early with %o', async (options) => {
    const { client, to } = await hostedService({ '/krixik-core-list': drop });
    await client.verify();
    await failureOf(client.createPipeline('notes', ['parser']).list(all, options));
    // a retry on a new connection, after an idle one was closed, does not count
    expect(to('/krixik-core-list').length).toBeLessThanOrEqual('maxRetries' in options ? 2 : 5);
  });

  it('does not receive a request again that it may have processed', async () => {
    const { client, to } = await hostedService({ '/krixik-core-process': drop });
    await client.verify();
    const file = await textFile(await scratch());
    await failureOf(client.createPipeline('notes', ['parser']).process(file, noWait));
    expect(to('/krixik-core-process')).toHaveLength(1);
  });

  it('is not retried beyond maxRetries if it responds to other requests', async () => {
    const { client, on } = await hostedService();
    let requests = 0;
    on('/krixik-core-list', async (_seen, response) => {
      requests++;
      await client.verify();
      response.destroy();
      return undefined;
    });
    await client.verify();
    await failureOf(client.createPipeline('notes', ['parser']).list(all));
    expect(requests).toBeLessThanOrEqual(5);
  });

  it('is no longer waited for when the call is aborted', async () => {
    vi.mocked(Math.random).mockReturnValue(0.9);
    const stop = new AbortController();
    const reason = new Error('enough');
    const { client } = await hostedService(
      { '/krixik-core-list': drop },
      {
        onOutage: (outage) => {
          if (outage) stop.abort(reason);
        },
      },
    );
    await client.verify();
    const failure = await failureOf(client.createPipeline('notes', ['parser']).list(all, { signal: stop.signal }));
    expect(failure).toBe(reason);
  });
});

describe('process()', () => {
  it.each(['/krixik-core-process', '/upload', '/v1/runs', '/krixik-core-fetch-output', '/download'])(
    'waits for a server that is unreachable at the request to %s',
    async (path) => {
      const service = await millraceService();
      const response = await fetch(`${service.url}${path}`, { method: 'POST', body: '{}' });
      const reply = {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: await response.text(),
      };
      service.on(path, replyInTurn(...repeat(9, drop), reply));
      const directory = await scratch();
      const { outputFiles } = await service.client
        .createPipeline('notes', ['parser'])
        .process(await textFile(directory), { localSaveDirectory: directory });
      expect(outputFiles).toHaveLength(1);
      expect(service.to(path).length).toBeGreaterThan(10);
    },
  );
});

describe('a server that has never responded', () => {
  it('is given up after maxRetries', async () => {
    const { client, close } = await hostedService();
    await close();
    let retries = 0;
    const { Client } = await import('millrace');
    const logger = {
      error: () => undefined,
      warn: () => (retries += 1),
      info: () => undefined,
      debug: () => undefined,
    };
    const first = new Client({ apiUrl: client.apiUrl, apiKey: 'abcdefghijkl', logger });
    const failure = await failureOf(first.verify());
    expect(failure).toMatchObject({ name: 'ConnectionError', cause: { code: 'ECONNREFUSED' } });
    expect(retries).toBe(3);
  });

  it('is also given up by a wait for a run', async () => {
    const { client, close } = await hostedService();
    await close();
    const failure = await failureOf(client.createPipeline('notes', ['parser']).attach(runId).wait());
    expect(failure).toMatchObject({ name: 'ConnectionError', requestId: runId });
    expect((failure as Error).message).toMatch(new RegExp(`call:\\npipeline.attach\\('${runId}'\\).wait\\(\\)$`));
    expect((failure as Error).stack).toContain('pipeline.attach');
  });

  it('is waited for if it responds that it is starting', async () => {
    const starting = { status: 503, headers: { 'millrace-api': '1', 'retry-after-ms': '1' } };
    const { client, to } = await hostedService({ '/cli-checkin': replyInTurn(...repeat(9, starting), { json: {} }) });
    await client.verify();
    expect(to('/cli-checkin')).toHaveLength(10);
  });
});

describe('the error after the wait for a server', () => {
  const options = { retryFor: 20 };

  it('has the idempotency key to continue the call with', async () => {
    const { client, to, on, url } = await millraceService({ '/krixik-core-process': drop });
    const file = await textFile(await scratch());
    const pipeline = client.createPipeline('notes', ['parser']);
    const failure = await failureOf(pipeline.process(file, { ...noWait, ...options }));
    if (!isMillraceError(failure, 'connection')) throw failure;
    const { idempotencyKey } = failure;
    expect(failure.message).toContain(`pipeline.process(file, { idempotencyKey: '${idempotencyKey}' })`);
    expect(failure.toJSON()).toMatchObject({ idempotencyKey });
    const form = { url: `${url}/upload`, fields: {} };
    on('/krixik-core-process', {
      json: { request_id: runId, file_id: fileId, presigned_post_url_results: form, warnings: [] },
    });
    await pipeline.process(file, { ...noWait, idempotencyKey });
    const keys = to('/krixik-core-process').map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys)).toEqual(new Set([idempotencyKey]));
  });

  it('has the IDs of the file and the run, and the call to fetch the output of a completed run', async () => {
    const { client } = await millraceService({ '/krixik-core-fetch-output': drop });
    const run = client.createPipeline('notes', ['parser']).attach(runId);
    const failure = await failureOf(run.wait({ ...options, localSaveDirectory: await scratch() }));
    expect(failure).toMatchObject({ name: 'ConnectionError', requestId: runId, fileId });
    expect((failure as Error).message).toMatch(new RegExp(`call:\\npipeline.fetchOutput\\('${fileId}'\\)$`));
  });

  it('has the ID of the run that client.runs.wait() waits for', async () => {
    const { client } = await millraceService({ '/v1/runs': drop });
    const failure = await failureOf(client.runs.wait(runId, options));
    expect(failure).toMatchObject({ name: 'ConnectionError', requestId: runId });
    expect((failure as Error).message).toContain(`client.runs.wait('${runId}')`);
  });
});

describe('a wait for a run', () => {
  it('continues after an outage, regardless of retryFor', async () => {
    const done = { headers: { 'millrace-sequence': '9' }, json: runRecord({ state: 'completed' }) };
    const { client, to } = await millraceService(
      { '/v1/runs': replyInTurn(...repeat(20, drop), done) },
      { retryFor: 1 },
    );
    await client.createPipeline('notes', ['parser']).attach(runId).wait({ downloadOutput: false });
    expect(to('/v1/runs').length).toBeGreaterThanOrEqual(21);
  });
});

it('reserves again with a key derived from the first, if the server removed the reservation in an outage', async () => {
  const gone = { status: 404, json: { error: { code: 'gone', message: 'the reservation has expired' } } };
  const service = await millraceService({
    '/upload': replyInTurn(drop, gone, { status: 204 }, drop, gone, { status: 204 }),
  });
  const form = { url: `${service.url}/upload`, fields: {} };
  service.on('/krixik-core-process', {
    json: { request_id: runId, file_id: fileId, presigned_post_url_results: form, warnings: [] },
  });
  const file = await textFile(await scratch());
  const pipeline = service.client.createPipeline('notes', ['parser']);
  for (const _ of [1, 2]) await pipeline.process(file, { ...noWait, idempotencyKey: 'order-17' });
  const keys = service.to('/krixik-core-process').map(({ headers }) => headers['idempotency-key']);
  expect(keys).toEqual(['order-17', keys[1], 'order-17', keys[1]]);
  expect(keys[1]).toMatch(/^[\w-]{43}$/);
});

it('reserves again if the server lost a reservation in an outage that another call noticed', async () => {
  const gone = { status: 404, json: { error: { code: 'gone', message: 'the reservation has expired' } } };
  let uploads = 0;
  const service = await millraceService({
    '/cli-checkin': replyInTurn(drop, drop, { json: {} }),
    '/upload': async () => {
      if (uploads++ > 0) return { status: 204 };
      await service.client.verify();
      return gone;
    },
  });
  await service.client.serverInfo();
  const file = await textFile(await scratch());
  await service.client.createPipeline('notes', ['parser']).process(file, noWait);
  expect(uploads).toBe(2);
});

it('does not reserve again if the file was deleted while the server responded', async () => {
  const service = await millraceService({
    '/upload': { status: 404, json: { error: { code: 'gone', message: 'gone' } } },
  });
  const file = await textFile(await scratch());
  const failure = await failureOf(service.client.createPipeline('notes', ['parser']).process(file, noWait));
  expect(failure).toMatchObject({ name: 'NotFoundError' });
  expect(service.to('/krixik-core-process')).toHaveLength(1);
});

it('waits for a lasting failure once in a batch, not for each file', async () => {
  const full = {
    status: 503,
    headers: { 'retry-after-ms': '1' },
    json: { error: { code: 'disk_full', message: 'full' } },
  };
  let clock = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => clock);
  const service = await millraceService({
    '/upload': () => {
      clock += 10;
      return full;
    },
  });
  const files = Array.from({ length: 5 }, (_, i) => ({ file: Buffer.from('a'), key: `${i}`, fileName: `${i}.txt` }));
  const pipeline = service.client.createPipeline('notes', ['parser']);
  const { failed, results } = await pipeline.processMany(files, { concurrency: 1, retryFor: 100 }).all();
  expect(failed).toBe(5);
  expect(results[4]).toMatchObject({ status: 'failed', error: { retryable: true, fileId } });
  const uploads: number[] = [];
  for (const { path } of service.requests) {
    if (path === '/krixik-core-process') uploads.push(0);
    if (path === '/upload') uploads.push((uploads.pop() ?? 0) + 1);
  }
  const [first, ...others] = uploads;
  expect(first).toBeGreaterThan(4);
  expect(others).toEqual([4, 4, 4, 4]);
});

describe('the pause before the next attempt', () => {
  it('is random, up to a limit that doubles to 8 s', () => {
    vi.mocked(Math.random).mockReturnValue(0);
    expect(getRetryDelay(5)).toBe(0);
    vi.mocked(Math.random).mockReturnValue(0.999_999);
    expect([0, 1, 2, 3, 4, 9].map((number) => Math.round(getRetryDelay(number)))).toEqual([
      1000, 2000, 4000, 8000, 8000, 8000,
    ]);
  });

  it('is never shorter than Retry-After', () => {
    vi.mocked(Math.random).mockReturnValue(0);
    expect(getRetryDelay(0, 30_000)).toBe(30_000);
  });

  it('ends when the server responds to another call, but not with 503 or from another host', async () => {
    const outages = new Outages(createLog('off'), undefined);
    const outage = outages.recordFailure('http://a', 'ECONNREFUSED');
    const other = outages.recordFailure('http://b', 'ECONNREFUSED');
    const pauses = [outages.pause(outage, 1e8, undefined), outages.pause(outage, 1e8, undefined)];
    const stop = new AbortController();
    const elsewhere = outages.pause(other, 1e8, stop.signal);
    outages.recordResponse('http://a', { status: 503, headers: {} });
    expect(outages.recordFailure('http://a', 'ECONNREFUSED')).toBe(outage);
    outages.recordResponse('http://a', { status: 404, headers: {} });
    await Promise.all(pauses);
    expect(outages.recordFailure('http://a', 'ECONNREFUSED')).not.toBe(outage);
    stop.abort(new Error('stop'));
    await expect(elsewhere).rejects.toThrow('stop');
  });
});

it('reports the seconds of an outage to onOutage while a call waits', () => {
  vi.useFakeTimers();
  try {
    const reported: (Outage | null)[] = [];
    const outages = new Outages(createLog('off'), (outage) => void reported.push(outage));
    outages.recordFailure('http://a', 'ECONNREFUSED');
    const ends = [outages.beginWait(), outages.beginWait()];
    vi.advanceTimersByTime(2100);
    ends[0]!();
    ends[0]!();
    vi.advanceTimersByTime(1000);
    ends[1]!();
    vi.advanceTimersByTime(9000);
    const reason = 'ECONNREFUSED';
    expect(reported).toEqual([...[0, 1, 2, 3].map((seconds) => ({ seconds, reason })), null]);
  } finally {
    vi.useRealTimers();
  }
});

it('prints lines about an outage at growing intervals', () => {
  const lines = new OutageLines();
  const printed = (last: number) =>
    Array.from({ length: last }, (_, seconds) => lines.read({ seconds, reason: 'ECONNREFUSED' })).filter(Boolean);
  expect(printed(200)).toEqual(
    [2, 10, 30, 60, 120, 180].map((seconds) => `waiting for the server, ${seconds} s (ECONNREFUSED)`),
  );
  expect(lines.read(null)).toBeUndefined();
  expect(printed(5)).toHaveLength(1);
});

it('aborts a shared request once no caller waits for it, and sends it again for the next caller', async () => {
  const shared = new SharedResponse<number>();
  const signals: AbortSignal[] = [];
  const send = (signal: AbortSignal) => {
    signals.push(signal);
    return new Promise<number>((resolve) => signals.length > 1 && resolve(7));
  };
  const [a, b] = [new AbortController(), new AbortController()];
  const calls = [a, b].map(({ signal }) => failureOf(shared.get(send, signal)));
  a.abort(new Error('a'));
  await calls[0];
  expect(signals[0]!.aborted).toBe(false);
  b.abort(new Error('b'));
  expect(await calls[1]).toMatchObject({ message: 'b' });
  expect(signals[0]!.aborted).toBe(true);
  expect(await shared.get(send, undefined)).toBe(7);
  expect(await shared.get(send, undefined)).toBe(7);
  expect(signals).toHaveLength(2);
});
