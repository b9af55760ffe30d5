import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Client } from 'millrace';
import { startLocalServer, type LocalServer } from '../support/local-server.js';

const worker = fileURLToPath(new URL('../../examples/python-worker/worker.py', import.meta.url));
let server: LocalServer;
let client: Client;
beforeAll(async () => {
  server = await startLocalServer({ worker: false });
  client = server.connect({ logLevel: 'off' });
});
afterAll(() => server.close());

/** Starts the worker as a program of its own, which the test's end stops. */
function startPython(env: Record<string, string> = {}): void {
  const child = spawn('python3', [worker], {
    env: { ...process.env, MILLRACE_API_URL: server.url, MILLRACE_API_KEY: server.apiKey, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
}

test('a worker in Python executes runs, with progress, log and failures', async () => {
  startPython();
  const counting = await client.start('count-words', ['one two\nthree']);
  expect(await counting.result()).toEqual({ words: 3 });
  expect(await counting.status()).toMatchObject({ kind: 'task', progress: { current: 2, total: 2, percent: 100 } });
  const { items } = await client.runs.logs(counting.id);
  expect(items.map(({ message }) => message)).toContain('3 words in 2 lines');

  const dividing = await client.start('divide', [1, 0]);
  expect(await dividing.wait()).toMatchObject({
    state: 'failed',
    error: {
      message: 'ZeroDivisionError: division by zero',
      details: { traceback: expect.stringContaining('in divide') as string },
    },
  });
});

test('a worker in Python stops a cancelled run', async () => {
  startPython({ SECONDS_PER_LINE: '0.05' });
  const run = await client.start('count-words', ['line\n'.repeat(100_000)]);
  for await (const { progress } of run) if (progress.current > 0) break;
  await run.cancel();
  expect(await run.wait()).toMatchObject({ state: 'cancelled' });
});
