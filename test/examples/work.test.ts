import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Client } from 'millrace';
import { startLocalServer, type LocalServer } from '../support/local-server.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const worker = `${root}examples/python-worker/worker.py`;
let server: LocalServer;
let client: Client;
beforeAll(async () => {
  server = await startLocalServer({ modules: ['parser'] });
  client = server.connect({ logLevel: 'off' });
});
afterAll(() => server.close());

/** Starts the Python worker in a separate process, which is killed after the test. */
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

test('a Python worker executes runs, and reports progress, log lines and failures', async () => {
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

test('a Python worker stops a cancelled run', async () => {
  startPython({ SECONDS_PER_LINE: '0.05' });
  const run = await client.start('count-words', ['line\n'.repeat(100_000)]);
  for await (const { progress } of run) if (progress.current > 0) break;
  await run.cancel();
  expect(await run.wait()).toMatchObject({ state: 'cancelled' });
});

/** Starts an example in a separate process, which is killed after the test. */
function startExample(name: string) {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), `examples/work/${name}.ts`], {
    cwd: root,
    env: {
      ...process.env,
      TSX_TSCONFIG_PATH: `${root}examples/tsconfig.json`,
      MILLRACE_API_URL: server.url,
      MILLRACE_API_KEY: server.apiKey,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const closed = once(child, 'close');
  return { child, output: async () => [await text(child.stdout), ...((await closed) as [number])] };
}

test('start: starts runs that the worker example executes, and reruns one from a step', async () => {
  const working = startExample('worker');
  const [printed, code] = await startExample('start').output();
  expect(code).toBe(0);
  expect(printed).toBe(
    "{ words: 7 }\ncompleted { words: 7 } true\n[\n  'clean-0: kept',\n  'count-0: kept',\n  'clean-1: kept',\n  'count-1: done again'\n]\n",
  );
  working.child.kill('SIGTERM');
  expect(await working.output()).toEqual(['waiting for runs\n', 0, null]);
});

test('hosted-children: prints the hosted runs of a flow as its children', async () => {
  const [printed, code] = await startExample('hosted-children').output();
  expect(code).toBe(0);
  expect(printed).toMatch(
    /^\[ \d+, \d+ \]\n\[ 'sentences \(hosted\): completed', 'sentences \(hosted\): completed' \]\n$/,
  );
});
