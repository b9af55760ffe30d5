import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, type RunningServer } from '@millrace/server';
import { Client, type Outage } from 'millrace';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { cuttingProxy } from '../support/cutting-proxy.js';

const MB = 1024 * 1024;

let directory: string;
let server: RunningServer;
let start: () => Promise<void>;
let outages: (Outage | null)[] = [];
let client: Client;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-outages-'));
  const port = await freePort();
  start = async () => {
    // a closing server cuts the requests in progress
    const options = { graceSeconds: 0, logLevel: 'off', resumableBytes: MB, inlineBytes: 0 } as const;
    server = await startServer({ dataDir: join(directory, 'data'), port, ...options });
  };
  await start();
  client = new Client({
    apiUrl: server.url,
    apiKey: server.apiKey,
    logLevel: 'off',
    onOutage: (outage) => outages.push(outage),
  });
});
afterEach(() => {
  outages = [];
});
afterAll(async () => {
  await client.close();
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Stops the server, waits until a call has failed, and starts the server again. Makes a call itself in case no other is in progress. */
async function restart(caller: Client): Promise<void> {
  await server.close();
  const list = caller.runs.list({ limit: 1 });
  await expect.poll(() => outages.length).toBeGreaterThan(0);
  await start();
  await list;
}

test('a batch continues after a server restart and processes every file once, without a failure', async () => {
  const names = Array.from({ length: 24 }, (_, i) => `note-${i}.txt`);
  const files = names.map((name) => ({ file: Buffer.from(`This is ${name}.`), key: name, fileName: name }));
  const pipeline = client.createPipeline('away', ['parser']);
  const out = join(directory, 'out');
  let restarting: Promise<void> | undefined;
  const batch = pipeline.processMany(files, { concurrency: 6, localSaveDirectory: out });
  const saved = new Map<string, string>();
  for await (const result of batch) {
    if (result.status === 'failed') throw result.error;
    restarting ??= restart(client);
    saved.set(result.key, result.result!.outputFiles[0]!);
  }
  await restarting;
  for (const [name, path] of saved) expect(await readFile(path, 'utf8')).toContain(`This is ${name}.`);
  const { items } = await client.runs.list({ of: 'away', limit: 100 });
  expect(items.map(({ state }) => state)).toEqual(names.map(() => 'completed'));
  const listed = await pipeline.list({ symbolicDirectoryPaths: ['/*'] });
  expect(listed.items.map(({ fileName }) => fileName).sort()).toEqual([...names].sort());
  expect(outages.at(-1)).toBeNull();
});

test('a large upload resumes after a server restart, and other calls of the client succeed', async () => {
  const size = 32 * MB;
  const path = join(directory, 'long.txt');
  await writeFile(path, 'The kettle sang. '.repeat(Math.ceil(size / 17)).slice(0, size));
  const proxy = await cuttingProxy(server.url);
  const throughProxy = new Client({
    apiUrl: proxy.url,
    apiKey: server.apiKey,
    logLevel: 'off',
    onOutage: (outage) => outages.push(outage),
  });
  const pipeline = throughProxy.createPipeline('large', ['parser']);
  let restarting: Promise<void> | undefined;
  const onUploadProgress = ({ loaded }: { loaded: number }) => {
    if (loaded > size / 2) restarting ??= restart(throughProxy);
  };
  const run = await pipeline.start(path, { onUploadProgress });
  await restarting;
  expect(await run.status()).toMatchObject({ fileId: run.fileId });
  expect(proxy.sent()).toBeGreaterThan(size);
  // data that was still in buffers is sent again
  expect(proxy.sent()).toBeLessThan(size + 24 * MB);
  await run.cancel();
  await throughProxy.close();
});

test('a list call that starts while the server is down succeeds after its restart', async () => {
  await server.close();
  const list = client.runs.list({ of: 'away', limit: 1 });
  await expect.poll(() => outages.length).toBeGreaterThan(0);
  await start();
  expect((await list).items).toHaveLength(1);
});
