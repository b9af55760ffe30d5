import { execFile } from 'node:child_process';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fakeServer, type FakeServer } from '../sdk/support/fake-server.js';
import { fileId, runId } from '../sdk/support/hosted-service.js';
import { scratch } from '../sdk/support/scratch.js';

const MB = 2 ** 20;
/** What a transfer may take beside what one of a few bytes takes, however large it is. */
const allowed = 100 * MB;
/** `MILLRACE_TEST_MB=1024` for the size that is promised; what is held in memory shows at this one too. */
const size = Number(process.env['MILLRACE_TEST_MB'] ?? 256) * MB;
const built = fileURLToPath(new URL('../../dist/index.cjs', import.meta.url));

/** Runs in a process of its own, whose memory nothing else touches. */
const program = `
const { Client } = require(${JSON.stringify(built)});
const [url, directory, what] = process.argv.slice(1);
(async () => {
  const client = new Client({ apiUrl: url, apiKey: 'abcdefghijkl' });
  const pipeline = client.createPipeline('notes', ['parser']);
  await pipeline.process(Buffer.from('warm up'), { fileName: 'a.txt', waitForProcess: false });
  const before = process.memoryUsage().rss;
  let peak = before;
  const timer = setInterval(() => { peak = Math.max(peak, process.memoryUsage().rss); }, 5);
  if (what === 'upload') await pipeline.process(directory + '/big.txt', { waitForProcess: false });
  else await pipeline.fetchOutput('${fileId}', { localSaveDirectory: directory });
  clearInterval(timer);
  console.log(peak - before);
  client.close();
})();
`;

async function peakOf(what: 'upload' | 'download', server: FakeServer, directory: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program, server.url, directory, what]);
  return Number(stdout);
}

const chunk = Buffer.alloc(MB, 'many words ');

async function bigServer(): Promise<{ server: FakeServer; received: () => number }> {
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

describe('big transfers eat memory: not here,', () => {
  it(`an upload of ${size / MB} MB takes less than 100 MB`, async () => {
    const directory = await scratch();
    const file = await open(join(directory, 'big.txt'), 'w');
    for (let written = 0; written < size; written += MB) await file.write(chunk);
    await file.close();
    const { server, received } = await bigServer();
    const peak = await peakOf('upload', server, directory);
    expect(received()).toBeGreaterThan(size);
    expect(peak).toBeLessThan(allowed);
  });

  it(`a download of ${size / MB} MB takes less than 100 MB`, async () => {
    const directory = await scratch();
    const { server } = await bigServer();
    const peak = await peakOf('download', server, directory);
    expect((await stat(join(directory, `${fileId}.npy`))).size).toBe(size);
    expect(peak).toBeLessThan(allowed);
  });
});
