import { isMillraceError, RateLimitError } from 'millrace';
import { describe, expect, it } from 'vitest';
import { fakeServer, type Handler, type Reply } from './support/fake-server.js';
import { fileId, hostedService, millraceService, runId } from './support/hosted-service.js';
import { scratch, textFile } from './support/scratch.js';

const retryNow = { 'retry-after': '0' };
const noWait = { waitForProcess: false } as const;
const all = { symbolicDirectoryPaths: ['/*'] };
const list = { json: { request_id: 'r', items: [], warnings: [] } };
const drop: Handler = (_seen, response) => void response.destroy();

/** Sends the replies in turn, then repeats the last one. */
function replyInTurn(...replies: (Reply | Handler)[]): Handler {
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

describe('an idempotent call', () => {
  it.each([408, 425, 429, 500, 502, 503, 504])('is retried after status %i', async (status) => {
    const { client, to } = await hostedService({
      '/krixik-core-list': replyInTurn({ status, headers: retryNow, json: { message: 'busy' } }, list),
    });
    await client.createPipeline('notes', ['parser']).list(all);
    expect(to('/krixik-core-list')).toHaveLength(2);
  });

  it('is retried after a dropped connection', async () => {
    const { client, to } = await hostedService({ '/krixik-core-list': replyInTurn(drop, list) });
    await client.createPipeline('notes', ['parser']).list(all);
    expect(to('/krixik-core-list')).toHaveLength(2);
  });

  it.each([400, 403, 404, 409, 501])('is not retried after status %i', async (status) => {
    const { client, to } = await hostedService({ '/krixik-core-list': { status, json: { message: 'no' } } });
    await expect(client.createPipeline('notes', ['parser']).list(all)).rejects.toThrow('no');
    expect(to('/krixik-core-list')).toHaveLength(1);
  });

  it('is retried maxRetries times, and the last response is the error', async () => {
    const { client, to } = await hostedService({
      '/krixik-core-list': { status: 500, headers: retryNow, json: { message: 'FAILURE: broken', request_id: 'abc' } },
    });
    const failure = await client
      .createPipeline('notes', ['parser'])
      .list(all, { maxRetries: 2 })
      .catch((error: unknown) => error);
    expect(to('/krixik-core-list')).toHaveLength(3);
    expect(failure).toMatchObject({ status: 500, exchangeId: 'abc', retryable: true });
  });

  it('is retried after the time in retry-after-ms', async () => {
    const { client } = await hostedService({
      '/krixik-core-list': replyInTurn({ status: 429, headers: { 'retry-after-ms': '300' }, json: {} }, list),
    });
    const started = performance.now();
    await client.createPipeline('notes', ['parser']).list(all);
    expect(performance.now() - started).toBeGreaterThan(290);
  });

  it('fails with the time in Retry-After if that is more than a minute', async () => {
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

  it('that deletes a file succeeds when its retry does not find the file', async () => {
    const gone = { status: 400, json: { message: `file_id ${fileId} was not found`, request_id: 'r' } };
    const { client, to } = await hostedService({ '/krixik-core-delete': replyInTurn(drop, gone) });
    await client.createPipeline('notes', ['parser']).delete(fileId);
    expect(to('/krixik-core-delete')).toHaveLength(2);
  });
});

describe('a call that creates a run', () => {
  const cases: [string, Reply | Handler][] = [
    ['a response of 500', { status: 500, json: { message: 'broken' } }],
    ['a response of 503 without Retry-After', { status: 503, json: { message: 'busy' } }],
    ['a dropped connection', drop],
  ];

  it.each(cases)('is not retried after %s by a server without idempotency keys', async (_name, reply) => {
    const { client, to } = await hostedService({ '/krixik-core-process': reply });
    const file = await textFile(await scratch());
    await expect(client.createPipeline('notes', ['parser']).process(file, noWait)).rejects.toThrow();
    expect(to('/krixik-core-process')).toHaveLength(1);
  });

  it.each([
    ['429', { status: 429, headers: retryNow, json: {} }],
    ['503 with Retry-After', { status: 503, headers: retryNow, json: {} }],
  ])('is retried after %s, which means that the server did nothing', async (_name, reply) => {
    const service = await hostedService();
    service.on('/krixik-core-process', replyInTurn(reply, reserved(service.url)));
    const file = await textFile(await scratch());
    await service.client.createPipeline('notes', ['parser']).process(file, noWait);
    expect(service.to('/krixik-core-process')).toHaveLength(2);
  });

  it('is retried with the same idempotency key on a Millrace server', async () => {
    const service = await millraceService();
    const broken = { status: 500, headers: retryNow, json: {} };
    service.on('/krixik-core-process', replyInTurn(drop, broken, reserved(service.url)));
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

  it("sends the caller's idempotency key", async () => {
    const { client, to } = await millraceService();
    const file = await textFile(await scratch());
    await client.createPipeline('notes', ['parser']).process(file, { ...noWait, idempotencyKey: 'order-17' });
    expect(to('/krixik-core-process')[0]?.headers['idempotency-key']).toBe('order-17');
  });
});

describe('connections', () => {
  it('are reused', async () => {
    const { client, connections } = await hostedService();
    const pipeline = client.createPipeline('notes', ['parser']);
    for (let i = 0; i < 5; i++) await pipeline.list(all);
    expect(connections()).toBe(1);
  });

  it('that the server closed while idle do not fail a call, even without retries', async () => {
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

  it('that are refused cause an error with the URL of the server', async () => {
    const server = await fakeServer();
    await server.close();
    const { Client } = await import('millrace');
    const client = new Client({ apiUrl: server.url, apiKey: 'abcdefghijkl', maxRetries: 0, logLevel: 'off' });
    const failure = await client.verify().catch((error: unknown) => error);
    expect(isMillraceError(failure, 'connection')).toBe(true);
    expect(failure).toMatchObject({ retryable: true, cause: { code: 'ECONNREFUSED' } });
    expect(String(failure)).toContain(server.url);
  });

  it('without a response end with the timeout', async () => {
    const { client } = await hostedService({ '/cli-checkin': () => undefined });
    const failure = await client.verify({ timeout: 200, maxRetries: 0 }).catch((error: unknown) => error);
    expect(isMillraceError(failure, 'timeout')).toBe(true);
    expect(isMillraceError(failure, 'connection')).toBe(false);
  });
});

it('the creation of a key is not retried after a dropped connection, because only the first response contains the key', async () => {
  const { client, to } = await millraceService({ '/v1/keys': drop });
  const creation = client.keys.create({ name: 'ci', role: 'runner' });
  await expect(creation).rejects.toSatisfy((error) => isMillraceError(error, 'connection'));
  expect(to('/v1/keys')).toHaveLength(1);
});
