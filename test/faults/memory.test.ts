import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from 'millrace';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fakeServer, type FakeServer } from '../sdk/support/fake-server.js';
import { fileId, runId } from '../sdk/support/hosted-service.js';
import { scratch } from '../sdk/support/scratch.js';

const MB = 2 ** 20;
/** The memory that a large transfer may use in addition to that of a small one. */
const allowed = 100 * MB;
const size = 1024 * MB;
/** Half the size, because the real server writes the file to disk. It is still large enough to show buffering in memory. */
const resumableSize = 512 * MB;
const built = fileURLToPath(new URL('../../dist/index.cjs', import.meta.url));

/** Runs in a separate process, so that its memory is measured alone. */
const program = `
const { Client } = require(${JSON.stringify(built)});
const [url, directory, what, apiKey = 'abcdefghijkl'] = process.argv.slice(1);
(async () => {
  const client = new Client({ apiUrl: url, apiKey });
  const pipeline = client.createPipeline('notes', ['parser']);
  await pipeline.process(Buffer.from('warm up'), { fileName: 'a.txt', waitForProcess: false });
  const before = process.memoryUsage().rss;
  let peak = before;
  const timer = setInterval(() => { peak = Math.max(peak, process.memoryUsage().rss); }, 5);
  if (what === 'upload') await pipeline.process(directory + '/big.txt', { waitForProcess: false });
  else await pipeline.fetchOutput('${fileId}', { localSaveDirectory: directory });
  clearInterval(timer);
  console.log(peak - before);
  await client.close();
})();
`;

async function measurePeak(
  what: 'upload' | 'download',
  url: string,
  directory: string,
  ...key: string[]
): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program, url, directory, what, ...key]);
  return Number(stdout);
}

const builtServer = new URL('../../server/dist/index.js', import.meta.url).href;
const serverProgram = `
import { startServer } from ${JSON.stringify(builtServer)};
const options = { port: 0, worker: false, logLevel: 'error', maxFileBytes: 2 ** 31 };
const { url, apiKey } = await startServer({ ...options, dataDir: process.argv[2] });
let before = Infinity;
let peak = 0;
setInterval(() => { peak = Math.max(peak, process.memoryUsage().rss); }, 5);
process.on('message', () => {
  process.send(peak - before);
  before = peak = process.memoryUsage().rss;
});
process.on('disconnect', () => process.exit());
process.send({ url, apiKey });
`;

/** Starts the built Millrace server in a separate process. */
async function startRealServer(directory: string) {
  const path = join(directory, 'server.mjs');
  await writeFile(path, serverProgram);
  const child = fork(path, [join(directory, 'data')]);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const next = async (): Promise<unknown> => ((await once(child, 'message')) as unknown[])[0];
  const address = (await next()) as { url: string; apiKey: string };
  const peak = () => {
    child.send('now');
    return next() as Promise<number>;
  };
  return { ...address, peak };
}

const chunk = Buffer.alloc(MB, 'many words ');

/** Creates a sparse file, which takes little space on disk. */
async function createSparseFile(path: string, bytes: number): Promise<void> {
  // the client checks that the file starts with text
  await writeFile(path, 'the mill by the river\n'.repeat(50_000));
  await truncate(path, bytes);
}

async function startFakeTransferServer(): Promise<{ server: FakeServer; received: () => number }> {
  let received = 0;
  const server: FakeServer = await fakeServer({
    '/v1': { headers: { 'millrace-api': '1' }, json: { name: 'millrace', version: '0.1.0', api: 1, limits: {} } },
    '/krixik-core-process': () => ({
      json: {
        request_id: runId,
        file_id: fileId,
        presigned_post_url_results: { url: `${server.url}/upload`, fields: {} },
      },
    }),
    '/upload': async (_seen, _response, request) => {
      for await (const piece of request) received += (piece as Buffer).length;
      return { status: 204 };
    },
    '/krixik-core-fetch-output': () => ({
      json: {
        request_id: 'r',
        file_id: fileId,
        process_output: [{ url: `${server.url}/download`, extension: '.npy' }],
      },
    }),
    '/download': async (_seen, response) => {
      response.writeHead(200, { 'content-length': String(size) });
      for (let sent = 0; sent < size; sent += MB) {
        if (!response.write(chunk)) await new Promise((resolve) => response.once('drain', resolve));
      }
      response.end();
      return undefined;
    },
  });
  return { server, received: () => received };
}

describe('memory use', () => {
  it(`of an upload of ${size / MB} MB stays below 100 MB`, async () => {
    const directory = await scratch();
    await createSparseFile(join(directory, 'big.txt'), size);
    const { server, received } = await startFakeTransferServer();
    const peak = await measurePeak('upload', server.url, directory);
    expect(received()).toBeGreaterThan(size);
    expect(peak).toBeLessThan(allowed);
  });

  it(`of a download of ${size / MB} MB stays below 100 MB`, async () => {
    const directory = await scratch();
    const { server } = await startFakeTransferServer();
    const peak = await measurePeak('download', server.url, directory);
    expect((await stat(join(directory, `${fileId}.npy`))).size).toBe(size);
    expect(peak).toBeLessThan(allowed);
  });

  it(`of a resumable upload of ${resumableSize / MB} MB stays below 100 MB in the client and the server`, async () => {
    const directory = await scratch();
    await createSparseFile(join(directory, 'big.txt'), resumableSize);
    const { url, apiKey, peak } = await startRealServer(directory);
    const client = new Client({ apiUrl: url, apiKey });
    const warm = { fileName: 'warm.txt', waitForProcess: false } as const;
    await client.createPipeline('warm', ['parser']).process(chunk, warm);
    await client.close();
    await peak();
    const clientPeak = await measurePeak('upload', url, directory, apiKey);
    const serverPeak = await peak();
    const blobs = await readdir(join(directory, 'data/blobs'), { recursive: true });
    const sizes = await Promise.all(blobs.map(async (name) => (await stat(join(directory, 'data/blobs', name))).size));
    expect(sizes).toContain(resumableSize);
    expect(clientPeak).toBeLessThan(allowed);
    expect(serverPeak).toBeLessThan(allowed);
  });
});
