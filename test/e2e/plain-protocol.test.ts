import { createServer, request, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from 'millrace';
import { bytes, startLocalServer, type LocalServer } from '../support/local-server.js';

/** A Millrace server behind a proxy that rejects `/v1`, so that only the eleven endpoints of the hosted protocol remain. */
let server: LocalServer;
let proxy: Server;
let client: Client;
const requestedPaths: string[] = [];

beforeAll(async () => {
  server = await startLocalServer();
  const target = new URL(server.url);
  proxy = createServer((incoming, outgoing) => {
    requestedPaths.push(incoming.url ?? '');
    if (incoming.url?.startsWith('/v1')) {
      outgoing.writeHead(403, { 'content-type': 'application/json' });
      outgoing.end('{"message": "Missing Authentication Token"}');
      return;
    }
    const forwarded = request(
      {
        host: target.hostname,
        port: target.port,
        path: incoming.url,
        method: incoming.method,
        headers: incoming.headers,
      },
      (response) => {
        const { 'millrace-api': _, ...headers } = response.headers;
        outgoing.writeHead(response.statusCode ?? 500, headers);
        response.pipe(outgoing);
      },
    );
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  client = server.connect({ apiUrl: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}` });
});

afterAll(async () => {
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
  await server.close();
});

test('the client polls a server that does not announce /v1, with the same results', async () => {
  const pipeline = client.createPipeline('plain', ['parser']);
  const done = await pipeline.process(bytes('One two three four. Five six seven.'), {
    fileName: 'Plain.txt',
    localSaveDirectory: server.out,
    pollInterval: 20,
  });
  expect(done.output).toHaveLength(2);
  expect(requestedPaths).toContain('/krixik-core-process-status');
  expect(requestedPaths.filter((path) => path.startsWith('/v1/runs'))).toEqual([]);
  const status = await pipeline.processStatus(done.requestId);
  expect(status).toMatchObject({ state: 'completed', overallStatus: 'complete', processStatus: { module_1: true } });
  // as with the original service, file names are sent in lower case
  expect((await pipeline.list({ fileIds: [done.fileId] })).items[0]?.fileName).toBe('plain.txt');
});

test('the client enforces the limits of the original service before any request is sent', async () => {
  const pipeline = client.createPipeline('limits', ['parser']);
  const count = requestedPaths.length;
  await expect(pipeline.process(bytes('Too short.'), { fileName: 'a.txt' })).rejects.toThrow(/at least 6 words/);
  await expect(
    pipeline.process(bytes('One two three four five six seven.'), { fileName: 'añejo.txt' }),
  ).rejects.toThrow(/ASCII/);
  await expect(
    pipeline.process(bytes('One two three four five six seven.'), { fileName: 'a.txt', expireTime: 60 }),
  ).rejects.toThrow(/1800/);
  expect(requestedPaths.slice(count)).toEqual([]);
});
