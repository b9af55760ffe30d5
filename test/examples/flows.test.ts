import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

const argsFor = (name: string) => ['--import', import.meta.resolve('tsx'), `examples/flows/${name}.ts`];
const spawnOptions = (env: Record<string, string> = {}) => ({
  cwd: root,
  env: { ...process.env, TSX_TSCONFIG_PATH: `${root}examples/tsconfig.json`, ...env },
});

/** Runs an example in a separate process with the built package, as a reader would. */
async function runExample(name: string, env?: Record<string, string>): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, argsFor(name), { ...spawnOptions(env), timeout: 120_000 });
}

function startExample(name: string, env?: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, argsFor(name), spawnOptions(env));
  started.push(child);
  return child;
}

test('local-pipeline: prints the fields of every step, and logs the run', async () => {
  const { stdout, stderr } = await runExample('local-pipeline');
  expect(stdout).toBe("{ grain: 100, clean: 95, flour: 76, label: 'flour: 76 kg' }\n");
  expect(stderr.match(/Finished in state Completed\(\)/g)).toHaveLength(4);
});

test('error-handling: prints the failed step and the gathered fields, with and without exceptions', async () => {
  const { stdout } = await runExample('error-handling');
  expect(stdout.split('\n')).toEqual([
    "Pipeline 'broken' failed in step 'second': the wheel is stuck",
    "gathered: { given: 1, first: 'done' }",
    'steps: first completed, second failed, third skipped',
    'failed: the wheel is stuck',
    '',
  ]);
});

test.each([
  ['reuse', ['5 words, the longest is wheel']],
  [
    'two-versions',
    ['900 instead of 1000 cents', 'price-0 v1.0 completed', 'price-1 v2.0 completed', 'show-0 v1.0 completed'],
  ],
  ['async-steps', ['pending', 'waited 60 ms', '100%']],
  ['dependent-steps', ['1349 + 283 = 1632']],
  ['cleaning', ["[ { name: 'wheat', tons: 12 }, { name: 'rye', tons: 5 } ] 17 t"]],
  ['resume', ['paying', 'the mill is closed', '{ sacks: 3, paid: 60, fetched: true }']],
])('%s', async (name, lines) => {
  const { stdout } = await runExample(name);
  expect(stdout.trimEnd().split('\n')).toEqual(lines);
});

test('custom-logs: passes each line to the logger at its level', async () => {
  const { stdout } = await runExample('custom-logs');
  expect(stdout).toContain(
    "info: Task run 'work-0' - reading 3 files\nwarn: Task run 'work-0' - the second is empty\n",
  );
});

test('input-validation: validates in a step and with a schema', async () => {
  const { stdout } = await runExample('input-validation');
  const [byStep, greeting, bySchema, plan] = stdout.split('\n');
  expect([byStep, greeting, plan]).toEqual([
    "'city' is missing",
    'hello, Vigo',
    "{ city: 'Vigo', days: 3, nights: 2 }",
  ]);
  expect(bySchema).toMatch(/^Expected the input of 'by-schema' to match its schema\. Issues: days: /);
});

test('long-task: reports progress up to 100 percent, the reason of a failure, and 404 for an unknown id', async () => {
  const child = startExample('long-task', { PORT: '0' });
  const [address] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  const startTask = async (steps: number) => {
    const response = await fetch(`${address}/tasks?steps=${steps}`, { method: 'POST' });
    expect(response.status).toBe(202);
    return ((await response.json()) as { id: string }).id;
  };
  const getTask = async (id: string) => {
    const response = await fetch(`${address}/tasks/${id}`);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  const [id, failing] = [await startTask(12), await startTask(20)];
  const percents: number[] = [];
  await vi.waitFor(
    async () => {
      const { body } = await getTask(id);
      percents.push((body['percent'] as number | null) ?? 0);
      expect(body['state']).toBe('completed');
    },
    { timeout: 120_000, interval: 100 },
  );
  expect(percents).toEqual(percents.toSorted((a, b) => a - b));
  expect(percents.at(-1)).toBe(100);
  expect(percents[0]).toBeLessThan(100);
  expect((await getTask(id)).body).toEqual({ state: 'completed', percent: 100, result: { ground: 12 }, error: null });

  expect(await getTask('00000000-0000-4000-8000-000000000000')).toMatchObject({ status: 404 });
  await vi.waitFor(async () => expect((await getTask(failing)).body['state']).toBe('failed'), { timeout: 120_000 });
  const { body } = await getTask(failing);
  expect(body).toMatchObject({ state: 'failed', result: null, error: 'step 13 is never done' });
  expect(body['percent']).toBeLessThan(100);
});

test('study: asks questions on the terminal in a task of a subflow', async () => {
  const child = startExample('study');
  let [stdout, stderr] = ['', ''];
  child.stderr!.on('data', (chunk) => (stderr += String(chunk)));
  child.stdout!.on('data', (chunk) => {
    stdout += String(chunk);
    if (String(chunk).includes('(y/n) ')) child.stdin!.write('Y\n');
    if (String(chunk).includes('Your mark? ')) child.stdin!.write('9\n');
  });
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(stdout).toContain('excellent, you have a 9\n');
  const lines = stderr
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^[\d:.]+ \| /, ''));
  const [judge = '', predict = ''] = [...stderr.matchAll(/ run '(\w+-\w+)' for flow/g)].map((match) => match[1] ?? '');
  expect(lines).toEqual([
    `INFO    | engine - Created flow run '${judge}' for flow 'judge'`,
    `INFO    | Flow run '${judge}' - Created subflow run '${predict}' for flow 'predict'`,
    `INFO    | Flow run '${predict}' - Created task run 'ask-if-studied-0' for task 'ask-if-studied'`,
    "INFO    | Task run 'ask-if-studied-0' - Finished in state Completed()",
    `INFO    | Flow run '${predict}' - you will pass`,
    `INFO    | Flow run '${predict}' - Finished in state Completed()`,
    `INFO    | Flow run '${judge}' - excellent, you have a 9`,
    `INFO    | Flow run '${judge}' - Finished in state Completed()`,
  ]);
});

test('call-an-api: retries a failed task, and records that the second task depends on the first', async () => {
  let calls = 0;
  const api = createServer((_request, response) => {
    response.statusCode = ++calls === 1 ? 503 : 200;
    response.end(JSON.stringify({ fact: 'A mill race is a channel.' }));
  }).listen(0, '127.0.0.1');
  await once(api, 'listening');
  try {
    const url = `http://127.0.0.1:${(api.address() as AddressInfo).port}/fact`;
    const { stdout, stderr } = await runExample('call-an-api', { FACT_API: url });
    expect(stdout.trimEnd().split('\n')).toEqual([
      'A mill race is a channel.',
      'call-api-0 (attempt 2) after []',
      'read-fact-0 (attempt 1) after [call-api-0]',
    ]);
    expect(stderr).toContain("Task run 'call-api-0' - 503");
    expect(stderr).toContain("Task run 'read-fact-0' - A mill race is a channel.");
  } finally {
    api.close();
  }
});
