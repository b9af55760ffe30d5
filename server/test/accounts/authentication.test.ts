import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostedClient } from '../support/clients/hosted-client.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { hostedPaths } from '../hosted/hosted-paths.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const body = { pipeline: 'p', file_id: randomUUID(), process_id: randomUUID(), query: 'word', version: '1' };

describe('checkin', () => {
  it('returns 200 for a known key', async () => {
    expect((await server.client.checkin()).status).toBe(200);
  });

  it.each(['', 'x', '11111111-2222-4333-8444-555555555555'])('returns 403 for the key %j', async (key) => {
    expect((await new HostedClient(server.url, key).checkin()).status).toBe(403);
  });
});

describe('a call without a known key', () => {
  it.each(hostedPaths.filter((path) => path !== '/krixik-core-process'))('to %s is rejected with 403', async (path) => {
    const stranger = new HostedClient(server.url, randomUUID());
    const { status, body: response } = await stranger.call(path, body);
    expect(status).toBe(403);
    expect(response).toMatchObject({
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      message: expect.stringMatching(/^FAILURE: you are not authenticated/) as string,
      warnings: [],
      items: [],
      process_output: null,
    });
  });

  it('to process is rejected with 400, the only status whose error message its clients read', async () => {
    const response = await new HostedClient(server.url, randomUUID()).process('p', ['parser']);
    expect(response.status).toBe(400);
    expect(response.body.message).toMatch(/not authenticated/);
  });

  it.each(['/v1', '/v1/runs', '/v1/modules', '/v1/nothing', `/v1/runs/${randomUUID()}`])(
    'to %s is rejected with 401 in the error format of /v1',
    async (path) => {
      const response = await fetch(`${server.url}${path}`, { headers: { authorization: 'Bearer nobody' } });
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({
        error: {
          code: 'unauthenticated',
          message: expect.stringContaining('Bearer') as string,
          exchangeId: expect.any(String) as string,
        },
      });
    },
  );
});

describe('a key', () => {
  it('is accepted as a bearer token by the hosted protocol, and as krixikApiKey by /v1', async () => {
    const { url, apiKey } = server;
    const hosted = await fetch(`${url}/cli-checkin`, {
      method: 'POST',
      body: '"{}"',
      headers: { authorization: `bearer ${apiKey}` },
    });
    const v1 = await fetch(`${url}/v1/runs`, { headers: { krixikApiKey: apiKey } });
    expect([hosted.status, v1.status]).toEqual([200, 200]);
  });

  it('is never part of a response', async () => {
    const { client, v1, apiKey } = server;
    const file = await client.complete('keys', ['parser'], 'One sentence. Another sentence here.');
    const responses = await Promise.all([
      client.checkin(),
      client.capCheck(),
      client.list('keys'),
      client.fetchOutput('keys', file.fileId),
      client.processStatus('keys', file.processId),
      client.showTree('keys'),
      client.process('keys', ['keyword-db']),
      client.process('keys', ['parser']),
      client.update('keys', file.fileId, { file_description: 'x' }),
      client.call(`/krixik-${apiKey}`.slice(0, 8), {}),
      v1.get('/v1'),
      v1.get('/v1/modules'),
      v1.runs(),
      v1.run(file.processId),
      v1.run('nothing'),
      client.delete('keys', file.fileId),
    ]);
    for (const { text, headers } of responses) {
      expect(text).not.toContain(apiKey);
      expect([...headers].flat().join(' ')).not.toContain(apiKey);
    }
  });
});
