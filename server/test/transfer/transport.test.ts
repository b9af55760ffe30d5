import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/http/app.js';
import type { HttpContext } from '../../src/http/http-context.js';
import { multipart, openPost } from '../support/clients/multipart.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { hostedPaths } from '../hosted/hosted-paths.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ maxBodyBytes: 50_000 });
});
afterAll(() => server.close());

const emDash = '—';

describe('every response', () => {
  it('has the header millrace-api: 1, even if it is an error', async () => {
    const { url, apiKey } = server;
    const key = { authorization: `Bearer ${apiKey}` };
    const responses = await Promise.all([
      ...hostedPaths.map((path) => fetch(`${url}${path}`, { method: 'POST', body: '{}' })),
      ...hostedPaths.map((path) => fetch(`${url}${path}`, { method: 'POST', body: 'no json', headers: key })),
      fetch(`${url}/health`),
      fetch(`${url}/ready`),
      fetch(`${url}/nothing/here`),
      fetch(`${url}/v1`),
      fetch(`${url}/v1/runs`, { headers: key }),
      fetch(`${url}/v1/runs?limit=none`, { headers: key }),
      fetch(`${url}/v1/nothing`, { headers: key }),
      fetch(`${url}/_upload`, { method: 'POST', body: 'x' }),
      fetch(`${url}/_download/x`),
    ]);
    expect(responses.map((response) => response.headers.get('millrace-api'))).toEqual(responses.map(() => '1'));
  });

  it('of the hosted protocol is ASCII JSON and names its encoding', async () => {
    const { client } = server;
    const responses = await Promise.all([
      client.list(`büro ${emDash} 東京`),
      client.showTree('büro', `/${emDash}`),
      client.keywordSearch('büro', 'straße', { file_names: ['übersicht.txt'] }),
      client.update('büro', 'ß', {}),
      client.process('büro', ['no-such-möodule']),
    ]);
    for (const { headers, text } of responses) {
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(text).toMatch(/^[\x20-\x7e]+$/);
    }
    expect(responses[2].body.warnings[0]).toEqual({
      'WARNING: the following arguments returned zero results': [{ file_names: ['übersicht.txt'] }],
    });
  });

  it('has no status_code, which clients would read instead of the status', async () => {
    const bodies = await Promise.all(hostedPaths.map((path) => server.client.call(path, { pipeline: 'p' })));
    for (const { body } of bodies) expect(body).not.toHaveProperty('status_code');
  });
});

describe('a request', () => {
  it.each(['text/plain', 'application/json', 'application/octet-stream', 'text/plain; charset=latin1'])(
    'is parsed as JSON if its content type is %s',
    async (type) => {
      const { status, body } = await server.client.send<{ message: string }>(
        '/krixik-core-list',
        JSON.stringify({ pipeline: 'nothing in it' }),
        { 'Content-Type': type },
      );
      expect(status).toBe(200);
      expect(body.message).toBe('No files were found for the given query arguments');
    },
  );

  it('may omit fields that the official client sends as null', async () => {
    const { status, body } = await server.client.call<Record<string, unknown>>('/krixik-core-list', {
      pipeline: 'nothing in it',
    });
    expect(status).toBe(200);
    expect(body['items']).toEqual([]);
  });

  it.each(['[1, 2]', '"text"', 'null', '7', 'true', '{"pipeline": ', '', '\u0000', '{"pipeline": 5}'])(
    'with the body %j is rejected with 400 and all the keys that clients read',
    async (text) => {
      for (const path of hostedPaths.filter((path) => !/checkin|cap-check/.test(path))) {
        const { status, body } = await server.client.send<Record<string, unknown>>(path, text);
        expect(status, path).toBe(400);
        expect(body).toMatchObject({ message: expect.any(String) as string, warnings: [], process_output: null });
        expect(body['request_id']).toMatch(/^[0-9a-f-]{36}$/);
        expect(body).toHaveProperty('items');
      }
    },
  );

  it('with too large a body is rejected with 413, or with 400 by process, whose clients read no other status', async () => {
    const body = JSON.stringify({ pipeline: 'p', file_ids: ['x'.repeat(60_000)] });
    const statuses = await Promise.all(
      hostedPaths.map(async (path) => [path, (await server.client.send(path, body)).status]),
    );
    expect(Object.fromEntries(statuses)).toEqual(
      Object.fromEntries(hostedPaths.map((path) => [path, path === '/krixik-core-process' ? 400 : 413])),
    );
  });

  it('with too large a body is rejected before all of it has arrived', async () => {
    const { post, response } = openPost(`${server.url}/krixik-core-list`, 10 ** 9);
    post.setHeader('krixikApiKey', server.apiKey);
    post.write(Buffer.alloc(100_000, 'x'));
    expect((await response).status).toBe(413);
    post.destroy();
  });

  it('that is cut off does no harm to the server', async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /krixik-core-list HTTP/1.1\r\nHost: x\r\nkrixikApiKey: ${server.apiKey}\r\nContent-Length: 99\r\n\r\n{`,
    );
    await new Promise<void>((resolve) => socket.end(resolve));
    socket.destroy();
    expect((await server.client.checkin()).status).toBe(200);
  });

  it('is aborted if its body or form fields do not arrive in time', async () => {
    const hurried = await startTestServer({ bodySeconds: 0.05 });
    try {
      const json = openPost(`${hurried.url}/v1/webhooks`, 100);
      json.post.setHeader('authorization', `Bearer ${hurried.apiKey}`);
      json.post.write('{');
      await expect(json.response).rejects.toThrow(/hang up|ECONNRESET/);
      const form = openPost(`${hurried.url}/_upload`, 100_000);
      form.post.write(multipart([{ name: 'key', content: 'x' }]).subarray(0, 80));
      expect(await form.response).toMatchObject({
        status: 400,
        text: expect.stringContaining('within 0.05 s') as string,
      });
      form.post.destroy();
    } finally {
      await hurried.close();
    }
  });

  it('with the method GET and a body gets a response, and its connection is closed', async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write('GET /health HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nx');
    socket.resume();
    await once(socket, 'end');
    socket.destroy();
  });

  it('on a connection above the limit gets no response, while other connections do', async () => {
    const small = await startTestServer({ maxConnections: 1 });
    try {
      const { hostname, port } = new URL(small.url);
      const [held, refused] = [connect(Number(port), hostname), connect(Number(port), hostname)];
      refused.on('error', () => undefined);
      await once(refused, 'close');
      held.end('GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      const [response] = (await once(held, 'data')) as [Buffer];
      expect(response.toString()).toMatch(/^HTTP\/1.1 200/);
    } finally {
      await small.close();
    }
  });

  it('to an unknown path gets 404 with a message and the request_id that clients need', async () => {
    const { status, body } = await server.client.call('/krixik-core-nothing', {});
    expect(status).toBe(404);
    expect(body).toMatchObject({
      request_id: expect.any(String) as string,
      message: expect.stringContaining('/krixik-core-nothing') as string,
      process_output: null,
      error: { code: 'not_found' },
    });
  });

  it('with a method other than POST gets 404', async () => {
    const responses = await Promise.all(hostedPaths.map((path) => fetch(`${server.url}${path}`)));
    expect(responses.map(({ status }) => status)).toEqual(hostedPaths.map(() => 404));
  });
});

it('the server is not ready if it cannot read the free space of its disk', async () => {
  const db = { query: () => Promise.resolve() };
  const blobs = { hasRoomFor: () => Promise.reject(new Error('EIO: i/o error, statfs')) };
  const closing = new AbortController().signal;
  const app = createApp({ settings: {}, engine: { db, blobs }, closing } as unknown as HttpContext);
  const response = await app.request('/ready');
  expect([response.status, await response.json()]).toEqual([503, { status: 'the data directory cannot be read' }]);
});

it('the server logs a request to an unknown endpoint without its query', async () => {
  const lines: unknown[] = [];
  const logger = { info: (message: string, fields: object) => lines.push({ message, ...fields }) };
  const app = createApp({ settings: {}, engine: {}, logger } as unknown as HttpContext);
  const response = await app.request('/v2/nothing?api_key=secret', { method: 'PUT' });
  expect(response.status).toBe(404);
  const exchangeId = response.headers.get('x-request-id');
  expect(lines).toEqual([{ message: 'unknown endpoint', exchangeId, method: 'PUT', path: '/v2/nothing' }]);
});
