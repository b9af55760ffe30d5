import { isMillraceError, RateLimitError } from 'millrace';
import { describe, expect, it } from 'vitest';
import { fakeServer, type Handler, type Reply } from './support/fake-server.js';
import { fileId, hostedService, millraceService, runId } from './support/hosted-service.js';
import { scratch, textFile } from './support/scratch.js';

const now = { 'retry-after': '0' };
const noWait = { waitForProcess: false } as const;
const all = { symbolicDirectoryPaths: ['/*'] };
const list = { json: { request_id: 'r', items: [], warnings: [] } };
const drop: Handler = (_seen, response) => void response.destroy();

/** Sends these responses in turn, then repeats the last one. */
function inTurn(...replies: (Reply | Handler)[]): Handler {
  let calls = 0;
  return async (seen, response) => {
    const reply = replies[Math.min(calls++, replies.length - 1)] as Reply | Handler;
    return typeof reply === 'function' ? reply(seen, response, undefined as never) : reply;
  };
}

const reserved = (url: string): Reply => ({
  json: {
    request_id: runId,
    file_id: fileId,
    presigned_post_url_results: { url: `${url}/upload`, fields: {} },
    warnings: [],
  },
});

describe('a call that may be repeated', () => {
  it.each([408, 425, 429, 500, 502, 503, 504])('is sent again after status %i', async (status) => {
    const { client, to } = await hostedService({
      '/krixik-core-list': inTurn({ status, headers: now, json: { message: 'busy' } }, list),
    });
    await client.createPipeline('notes', ['parser']).list(all);
    expect(to('/krixik-core-list')).toHaveLength(2);
  });

  it('is sent again after a connection that broke', async () => {
    const { client, to } = await hostedService({ '/krixik-core-list': inTurn(drop, list) });
    await client.createPipeline('notes', ['parser']).list(all);
    expect(to('/krixik-core-list')).toHaveLength(2);
  });

  it.each([400, 403, 404, 409, 501])('is not sent again after status %i', async (status) => {
    const { client, to } = await hostedService({ '/krixik-core-list': { status, json: { message: 'no' } } });
    await expect(client.createPipeline('notes', ['parser']).list(all)).rejects.toThrow('no');
    expect(to('/krixik-core-list')).toHaveLength(1);
  });

  it('is sent as often as maxRetries says, and the last refusal is the error', async () => {
    const { client, to } = await hostedService({
      '/krixik-core-list': { status: 500, headers: now, json: { message: 'FAILURE: broken', request_id: 'abc' } },
    });
    const failure = await client
      .createPipeline('notes', ['parser'])
      .list(all, { maxRetries: 2 })
      .catch((error: unknown) => error);
    expect(to('/krixik-core-list')).toHaveLength(3);
    expect(failure).toMatchObject({ status: 500, exchangeId: 'abc', retryable: true });
  });

  it('waits as long as the server asks', async () => {
    const { client } = await hostedService({
      '/krixik-core-list': inTurn({ status: 429, headers: { 'retry-after-ms': '300' }, json: {} }, list),
    });
    const started = performance.now();
    await client.createPipeline('notes', ['parser']).list(all);
    expect(performance.now() - started).toBeGreaterThan(290);
  });

  it('does not wait longer than a minute: it says how long the server asks for', async () => {
    const { client, to } = await hostedService({
      '/krixik-core-list': { status: 429, headers: { 'retry-after': '3600' }, json: { message: 'slow down' } },
    });
    const failure = await client
      .createPipeline('notes', ['parser'])
      .list(all)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RateLimitError);
    expect(failure).toMatchObject({ retryAfterMs: 3_600_000 });
    expect(to('/krixik-core-list')).toHaveLength(1);
  });

  it('counts a deletion as done when the repetition finds nothing', async () => {
    const gone = { status: 400, json: { message: `file_id ${fileId} was not found`, request_id: 'r' } };
    const { client, to } = await hostedService({ '/krixik-core-delete': inTurn(drop, gone) });
    await client.createPipeline('notes', ['parser']).delete(fileId);
    expect(to('/krixik-core-delete')).toHaveLength(2);
  });
});

describe('a call that creates something', () => {
  const cases: [string, Reply | Handler][] = [
    ['an answer of 500', { status: 500, json: { message: 'broken' } }],
    ['an answer of 503 without a time', { status: 503, json: { message: 'busy' } }],
    ['a connection that broke', drop],
  ];

  it.each(cases)('is not repeated after %s by a server that promises nothing', async (_name, reply) => {
    const { client, to } = await hostedService({ '/krixik-core-process': reply });
    const file = await textFile(await scratch());
    await expect(client.createPipeline('notes', ['parser']).process(file, noWait)).rejects.toThrow();
    expect(to('/krixik-core-process')).toHaveLength(1);
  });

  it.each([
    ['429', { status: 429, headers: now, json: {} }],
    ['503 with a time', { status: 503, headers: now, json: {} }],
  ])('is repeated after %s, which says that nothing was done', async (_name, reply) => {
    const service = await hostedService();
    service.on('/krixik-core-process', inTurn(reply, reserved(service.url)));
    const file = await textFile(await scratch());
    await service.client.createPipeline('notes', ['parser']).process(file, noWait);
    expect(service.to('/krixik-core-process')).toHaveLength(2);
  });

  it('is repeated with the same idempotency key where the server keeps such keys', async () => {
    const service = await millraceService();
    const broken = { status: 500, headers: now, json: {} };
    service.on('/krixik-core-process', inTurn(drop, broken, reserved(service.url)));
    const file = await textFile(await scratch());
    const pipeline = service.client.createPipeline('notes', ['parser']);
    await pipeline.process(file, noWait);
    const keys = service.to('/krixik-core-process').map((seen) => seen.headers['idempotency-key']);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    service.on('/krixik-core-process', reserved(service.url));
    await pipeline.process(file, noWait);
    expect(service.to('/krixik-core-process').at(-1)?.headers['idempotency-key']).not.toBe(keys[0]);
  });

  it('carries the key of the caller when there is one', async () => {
    const { client, to } = await millraceService();
    const file = await textFile(await scratch());
    await client.createPipeline('notes', ['parser']).process(file, { ...noWait, idempotencyKey: 'order-17' });
    expect(to('/krixik-core-process')[0]?.headers['idempotency-key']).toBe('order-17');
  });
});

describe('connections', () => {
  it('are used again', async () => {
    const { client, connections } = await hostedService();
    const pipeline = client.createPipeline('notes', ['parser']);
    for (let i = 0; i < 5; i++) await pipeline.list(all);
    expect(connections()).toBe(1);
  });

  it('that the server closed while they were idle cost nothing, even without retries', async () => {
    const server = await fakeServer({ '/v1': { status: 404 } });
    const { Client } = await import('millrace');
    const client = new Client({ apiUrl: server.url, apiKey: 'abcdefghijkl', maxRetries: 0, logLevel: 'off' });
    let calls = 0;
    // the second request on a connection finds it closed, as after a server's keep-alive timeout
    server.on('/krixik-core-list', (_seen, response, request) => {
      calls++;
      request.resume();
      if (calls === 2) {
        response.destroy();
        return undefined;
      }
      return list;
    });
    const pipeline = client.createPipeline('notes', ['parser']);
    await pipeline.list(all);
    await pipeline.list(all);
    expect(calls).toBe(3);
    await client.close();
  });

  it('are closed by close(), after which the client still works', async () => {
    const { client, connections } = await hostedService();
    const pipeline = client.createPipeline('notes', ['parser']);
    await pipeline.list(all);
    await client.close();
    await pipeline.list(all);
    expect(connections()).toBe(2);
  });

  it('are not tried for ever: a server that is not there is named', async () => {
    const server = await fakeServer();
    await server.close();
    const { Client } = await import('millrace');
    const client = new Client({ apiUrl: server.url, apiKey: 'abcdefghijkl', maxRetries: 0, logLevel: 'off' });
    const failure = await client.verify().catch((error: unknown) => error);
    expect(isMillraceError(failure, 'connection')).toBe(true);
    expect(failure).toMatchObject({ retryable: true, cause: { code: 'ECONNREFUSED' } });
    expect(String(failure)).toContain(server.url);
  });

  it('that answer nothing end with the timeout', async () => {
    const { client } = await hostedService({ '/cli-checkin': () => undefined });
    const failure = await client.verify({ timeout: 200, maxRetries: 0 }).catch((error: unknown) => error);
    expect(isMillraceError(failure, 'timeout')).toBe(true);
    expect(isMillraceError(failure, 'connection')).toBe(false);
  });
});
