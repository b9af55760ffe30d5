import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'millrace';
import { median, readMemory, show, time } from '../support/measure.js';
import type { Result } from '../support/report.js';
import { startServerProcess, withDirectory, type ServerProcess } from '../support/server-process.js';

const bytes = 2 ** 30;
const rounds = 3;

/** Measures the upload of 1 GiB to the server's disk, alternating with curl, which sends the same form. */
export function upload(): Promise<Result[]> {
  return withDirectory(async (directory) => {
    const server = await startServerProcess(join(directory, 'data'));
    const client = new Client({ apiUrl: server.url, apiKey: server.apiKey });
    try {
      const file = join(directory, 'one-gibibyte.txt');
      await writeBlocks(file);
      // process a small file first, to load the code that every upload needs
      const pipeline = client.createPipeline('uploads', ['parser']);
      await pipeline.process(new TextEncoder().encode('Warm. Up.'), {
        fileName: 'warm.txt',
        downloadOutput: false,
      });
      const before = { client: readMemory().now, server: readMemory(server.pid).now };
      const ourTimes: number[] = [];
      const curlTimes: number[] = [];
      for (let i = 0; i < rounds; i++) {
        ourTimes.push(await time(() => pipeline.process(file, { fileName: `ours-${i}.txt`, waitForProcess: false })));
        curlTimes.push(await uploadWithCurl(server, file, `curl-${i}.txt`));
      }
      const growth = { client: readMemory().peak - before.client, server: readMemory(server.pid).peak - before.server };
      const speed = (samples: number[]) => bytes / 1e6 / (median(samples) / 1000);
      return [
        {
          what: 'upload of 1 GiB',
          measured: `${show(speed(ourTimes))} MB/s`,
          against: `curl: ${show(speed(curlTimes))} MB/s`,
          ratio: `${show(speed(ourTimes) / speed(curlTimes))}×`,
        },
        {
          what: 'peak memory growth during this upload, client / server',
          measured: `${show(growth.client)} / ${show(growth.server)} MB`,
          goal: '< 64 MB each',
          isMet: growth.client < 64 && growth.server < 64,
        },
      ];
    } finally {
      await client.close();
      await server.stop();
    }
  });
}

async function writeBlocks(path: string): Promise<void> {
  const block = Buffer.alloc(2 ** 20, 'millrace upload benchmark\n');
  const file = await open(path, 'w');
  for (let i = 0; i < bytes / block.length; i++) await file.write(block);
  await file.close();
}

async function uploadWithCurl(server: ServerProcess, file: string, fileName: string): Promise<number> {
  const response = await fetch(`${server.url}/krixik-core-process`, {
    method: 'POST',
    headers: { krixikApiKey: server.apiKey },
    body: JSON.stringify({ pipeline: 'curl', pipeline_ordered_modules: ['parser'], file_name: fileName }),
  });
  const slot = (await response.json()) as {
    presigned_post_url_results: { url: string; fields: Record<string, string> };
  };
  const { url, fields } = slot.presigned_post_url_results;
  const form = Object.entries(fields).flatMap(([name, value]) => ['-F', `${name}=${value}`]);
  return time(() => promisify(execFile)('curl', ['-sS', '--fail', ...form, '-F', `file=@${file}`, url]));
}
