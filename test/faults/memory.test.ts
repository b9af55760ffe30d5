import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { fakeServer } from '../sdk/support/fake-server.js';
import { fileId, runId } from '../sdk/support/hosted-service.js';
import { scratch } from '../sdk/support/scratch.js';

const MB = 2 ** 20;
const built = fileURLToPath(new URL('../../dist/index.cjs', import.meta.url));

/** Runs in a process of its own, whose memory nothing else touches. */
const program = `
const { Client } = require(${JSON.stringify(built)});
const [url, path] = process.argv.slice(1);
(async () => {
  const client = new Client({ apiUrl: url, apiKey: 'abcdefghijkl' });
  const pipeline = client.createPipeline('notes', ['parser']);
  await pipeline.process(Buffer.from('warm up'), { fileName: 'a.txt', waitForProcess: false });
  const before = process.memoryUsage().rss;
  let peak = before;
  const timer = setInterval(() => { peak = Math.max(peak, process.memoryUsage().rss); }, 5);
  await pipeline.process(path, { waitForProcess: false });
  clearInterval(timer);
  console.log(peak - before);
  client.close();
})();
`;

it('uploads 512 MB with less than 100 MB of memory', async () => {
  const path = join(await scratch(), 'big.txt');
  const file = await open(path, 'w');
  const chunk = Buffer.alloc(MB, 'many words ');
  for (let i = 0; i < 512; i++) await file.write(chunk);
  await file.close();
  let received = 0;
  const server = await fakeServer({
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
  });
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program, server.url, path]);
  expect(received).toBeGreaterThan(512 * MB);
  expect(Number(stdout)).toBeLessThan(100 * MB);
});
