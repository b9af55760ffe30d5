import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Client } from 'millrace';
import { cuttingProxy } from '../support/cutting-proxy.js';
import { startLocalServer, type LocalServer } from '../support/local-server.js';

const MB = 1024 * 1024;
const sentence = 'The kettle sang while rain kept time on the roof and nobody hurried. ';
const size = 32 * MB;

let server: LocalServer;
let directory: string;
let path: string;

beforeAll(async () => {
  server = await startLocalServer({ resumableBytes: MB, modules: ['json-to-txt'] });
  directory = await mkdtemp(join(tmpdir(), 'millrace-resumable-'));
  path = join(directory, 'long.txt');
  await writeFile(path, sentence.repeat(Math.ceil(size / sentence.length)).slice(0, size));
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

/**
 * Connects through a proxy that cuts the connections of successive PATCH requests after the given numbers of bytes. Each chunk has its
 * own connection. A chunk that the server rejects, because it has not yet noticed the end of the previous one, uses up no cut.
 */
async function connectWithCuts(cuts: number[]) {
  const proxy = await cuttingProxy(server.url, ({ method }) => {
    const after = method === 'PATCH' ? cuts[proxy.cuts()] : undefined;
    return after === undefined ? undefined : { direction: 'request', after };
  });
  const client = new Client({ apiUrl: proxy.url, apiKey: server.apiKey, maxRetries: 4 });
  const notes = client.createPipeline('resumable', ['parser']);
  return { proxy, client, notes };
}

it('an upload resumes at its last offset after its connection is cut', async () => {
  const { proxy, client, notes } = await connectWithCuts([24 * MB, 4 * MB]);
  const progress: number[] = [];
  const onUploadProgress = ({ loaded }: { loaded: number }) => void progress.push(loaded);
  const run = await notes.process(path, { fileName: 'cut.txt', waitForProcess: false, onUploadProgress });
  expect(run.fileId).toBeDefined();
  expect(progress.at(-1)).toBe(size);
  expect(proxy.cuts()).toBe(2);
  expect(proxy.sent()).toBeGreaterThan(size);
  // without resuming, 28 MB would be sent again; data in buffers is sent again in any case
  expect(proxy.sent()).toBeLessThan(size + 20 * MB);
  await client.close();
});

it('another client resumes an upload by its idempotencyKey', async () => {
  const options = { fileName: 'again.txt', waitForProcess: false as const, idempotencyKey: 'again-1' };
  const first = await connectWithCuts([24 * MB]);
  await expect(first.notes.process(path, { ...options, maxRetries: 0 })).rejects.toMatchObject({ code: 'connection' });
  const second = await connectWithCuts([]);
  const run = await second.notes.process(path, options);
  expect(run.requestId).toBeDefined();
  expect(second.proxy.sent()).toBeLessThan(24 * MB);
  for (const { client } of [first, second]) await client.close();
});

const built = fileURLToPath(new URL('../../dist/index.cjs', import.meta.url));
const program = `
const { Client } = require(${JSON.stringify(built)});
const [apiUrl, apiKey, path] = process.argv.slice(1);
const client = new Client({ apiUrl, apiKey, logLevel: 'off' });
client.createPipeline('resumable', ['parser'])
  .process(path, { fileName: 'killed.txt', waitForProcess: false, idempotencyKey: 'killed-1' })
  .then((run) => { console.log(run.requestId); return client.close(); });
`;

it('a new process resumes an upload by its idempotencyKey after a kill, and sends only the rest', async () => {
  const arrived = 24 * MB;
  const proxy = await cuttingProxy(server.url, ({ method }) =>
    method === 'PATCH' && proxy.cuts() === 0 ? { direction: 'request', after: arrived, isHeld: true } : undefined,
  );
  const start = () =>
    spawn(process.execPath, ['-e', program, proxy.url, server.apiKey, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const first = start();
  await expect.poll(proxy.cuts).toBe(1);
  first.kill('SIGKILL');
  expect(await once(first, 'exit')).toEqual([null, 'SIGKILL']);
  const before = proxy.sent();
  const second = start();
  let printed = '';
  second.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  expect(await once(second, 'close')).toEqual([0, null]);
  const { state, requestId } = await server.connect().runs.get(printed.trim());
  expect([state, requestId]).toEqual(['pending', printed.trim()]);
  // the rest of the file, other requests, and data that was in the server's buffers when the connection broke
  expect(proxy.sent() - before).toBeGreaterThan(size - arrived);
  expect(proxy.sent() - before).toBeLessThan(size - arrived + MB);
});

it('a file that changed since the interruption is uploaded from the start', async () => {
  const options = { fileName: 'changed.txt', waitForProcess: false as const, idempotencyKey: 'changed-1' };
  const { notes, client, proxy } = await connectWithCuts([24 * MB]);
  await expect(notes.process(path, { ...options, maxRetries: 0 })).rejects.toMatchObject({ code: 'connection' });
  const later = new Date(Date.now() + 5000);
  await utimes(path, later, later);
  const before = proxy.sent();
  await notes.process(path, options);
  expect(proxy.sent() - before).toBeGreaterThan(size);
  await client.close();
});
