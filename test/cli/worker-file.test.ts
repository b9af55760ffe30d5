import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { Client } from 'millrace';
import { startCliServer, type CliServer } from './support/cli-server.js';

let served: CliServer;
let client: Client;
beforeAll(async () => {
  served = await startCliServer('--no-worker');
  client = new Client({ apiUrl: served.url, apiKey: served.apiKey });
});
afterAll(async () => {
  await client.close();
  await served.close();
});

function writeModule(name: string, text: string): string {
  writeFileSync(join(served.directory, name), text);
  return name;
}

/** Starts a worker in a separate process. */
async function startWorker(...args: string[]) {
  const worker = served.spawn(['worker', ...args]);
  onTestFinished(() => void worker.child.kill('SIGKILL'));
  const [, names] = await worker.waitForOutput('stdout', /^Millrace is serving (.*), process \d+\n/);
  return { worker, names };
}

it('millrace worker executes the exports of a TypeScript file, and finishes its runs on SIGTERM', async () => {
  writeModule(
    'double.ts',
    `import { task } from 'millrace';\nexport const double = task('double', (n: number): number => n * 2);\n`,
  );
  const file = writeModule(
    'flows.ts',
    `import { setTimeout as sleep } from 'node:timers/promises';
     import { flow, log, pipeline } from 'millrace';
     import { double } from './double.ts';
     enum Size { small = 1, large = 3 }
     export const quadruple = flow('quadruple', async (n: number) => { log('twice'); return double(await double(n)); });
     export const slow = flow('slow', async () => { log('begun'); await sleep(1500); return double(Size.large); });
     export default [pipeline<{ n: number }>('add').step('one', ({ n }) => ({ n: n + 1 }))];
     export const notOne = 42;`,
  );
  const { worker, names } = await startWorker(file, '--concurrency', '2', '--grace', '20s');
  expect(names?.split(', ').sort()).toEqual(['add', 'quadruple', 'slow']);
  const run = await client.start('quadruple', [3]);
  expect(await run.result()).toBe(12);
  // the tasks are recorded because the file and the worker load the same copy of the library
  expect((await run.status()).tasks).toMatchObject([{ key: 'double-0' }, { key: 'double-1' }]);
  expect((await client.runs.logs(run.id)).items.map(({ message }) => message)).toContain('twice');
  expect(await (await client.start('add', [{ n: 1 }])).result()).toEqual({ n: 2 });

  const last = await client.start('slow', []);
  await expect.poll(async () => (await client.runs.logs(last.id)).items.length).toBeGreaterThan(0);
  const { code, stderr } = await worker.stop('SIGTERM');
  expect(stderr).toMatch(/^Stopping/);
  expect(code).toBe(0);
  expect(await last.status()).toMatchObject({ state: 'completed', result: 6, attempt: 1 });
});

it.each([
  [['nothing.ts'], /There is no file at .*nothing\.ts\./],
  [['empty.ts'], /to export tasks, pipelines or flows, got only number/],
  [['empty.ts', '--data', 'x'], /--data can only be used without a FILE/],
  [['--grace', '3s'], /--grace can only be used with a FILE/],
  [['empty.ts', '--grace', 'soon'], /--grace to be a time/],
])('millrace worker rejects %o', async (args, message) => {
  writeModule('empty.ts', 'export const number = 42;');
  const { code, stderr } = await served.run([
    'worker',
    ...args.map((arg) => (arg.endsWith('.ts') ? join(served.directory, arg) : arg)),
  ]);
  expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
});

it('millrace worker reports why a file cannot be loaded', async () => {
  const file = join(served.directory, writeModule('broken.ts', `throw new Error('no mill here');`));
  const { code, stderr } = await served.run(['worker', file]);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/Failed to load .*broken\.ts: no mill here/)]);
});
