import type { LogPage } from 'millrace/shared/runs/run-event.js';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { runIdOf, threeTasks, WpipeClient, type NewProcess } from '../support/clients/wpipe-client.js';

let server: TestServer;
let client: WpipeClient;
beforeAll(async () => {
  server = await startTestServer();
  client = new WpipeClient(`${server.url}/wpipe`, server.apiKey);
});
afterAll(() => server.close());

const readRun = async (processId: string): Promise<RunStatus> => (await server.v1.run(runIdOf(processId))).body;
const beginProcess = async (name = 'clean'): Promise<NewProcess> =>
  client.newProcess(await client.register(name, threeTasks, 'v3'));
const tasksOf = (processId: string) => client.get<Record<string, unknown>[]>(`/dashboard_tasks/${processId}`);
const processesOf = (worker: string) => client.get<Record<string, unknown>[]>(`/dashboard_process/${worker}`);

/** Sends the requests of `Pipeline.run` of version 0.1.0. @param failing The index of the step that throws. */
async function run010({ father, sons }: NewProcess, failing = -1): Promise<void> {
  for (const [index, { id, name }] of sons.entries()) {
    expect(await client.update(id, 'start')).toEqual({ status: 'ok' });
    server.clock.advance(1.5);
    if (index === failing) {
      await client.update(id, 'error');
      expect(await client.end(father, `[${name}] Fail the pipeline:Error en la tarea`)).toEqual({ status: true });
      return;
    }
    expect(await client.update(id, 'success')).toEqual({ status: 'ok' });
  }
  expect(await client.end(father)).toEqual({ status: true });
}

describe('a client of version 0.1.0', () => {
  it('creates a run whose record follows its steps', async () => {
    const process = await beginProcess();
    expect(await readRun(process.father)).toMatchObject({
      kind: 'pipeline',
      of: 'clean',
      version: 'v3',
      name: expect.stringMatching(/^[a-z]+-[a-z]+$/) as string,
      state: 'running',
      late: false,
      overallStatus: 'ongoing',
      processStatus: { 'tarea1-0': false, 'tarea2-0': false, 'tarea1-1': false },
      tasks: [
        { key: 'tarea1-0', name: 'tarea1', version: 'v1.0', index: 0, state: 'pending', after: [] },
        { key: 'tarea2-0', name: 'tarea2', version: 'v2.0', index: 1, state: 'pending', after: ['tarea1-0'] },
        { key: 'tarea1-1', name: 'tarea1', version: 'v1.1', index: 2, state: 'pending', after: ['tarea2-0'] },
      ],
    });
    await client.update(process.sons[0]!.id, 'start');
    expect(await readRun(process.father)).toMatchObject({ tasks: [{ state: 'running', attempt: 1 }, {}, {}] });
    await run010(process);
    const status = await readRun(process.father);
    expect(status).toMatchObject({
      state: 'completed',
      error: null,
      progress: { current: 3, total: 3, percent: 100 },
      tasks: [{ durationMs: 1500 }, { durationMs: 1500 }, { durationMs: 1500 }],
    });
    expect(status.tasks.map(({ state }) => state)).toEqual(['completed', 'completed', 'completed']);
    const { items } = (await server.v1.runs(`?kind=pipeline&worker=${String(status.worker)}`)).body;
    const { input, result, warnings, tasks: _, processStatus: __, ...summary } = status;
    expect([input, result, warnings]).toEqual([null, null, []]);
    expect(items).toMatchObject([{ ...summary, subject: null, taskCounts: { completed: 3, pending: 0 } }]);
  });

  it('reports a failure with its step, its message and the steps that never ran', async () => {
    const process = await beginProcess();
    await run010(process, 1);
    expect(await readRun(process.father)).toMatchObject({
      state: 'failed',
      overallStatus: 'failed',
      error: {
        code: 'step_failed',
        message: 'Error en la tarea',
        task: 'tarea2',
        details: { text: '[tarea2] Fail the pipeline:Error en la tarea', frames: [] },
      },
      tasks: [
        { state: 'completed' },
        // the client sends the message only with the end of the run
        { state: 'failed', durationMs: 1500, error: { message: 'Error en la tarea' } },
        { state: 'skipped', error: null },
      ],
    });
  });

  it('reports the failure of a step that threw, and of one that returned an error', async () => {
    const thrown = await beginProcess();
    await client.update(thrown.sons[0]!.id, 'start');
    await client.update(thrown.sons[0]!.id, 'error');
    await client.end(thrown.father, '[task] [tarea1] Fail: [no such [file]]');
    expect((await readRun(thrown.father)).error).toMatchObject({ message: 'no such [file]', task: 'tarea1' });
    const returned = await beginProcess();
    for (const status of ['start', 'success']) await client.update(returned.sons[1]!.id, status);
    await client.end(returned.father, '[tarea2] Fail the pipeline:empty\nlist');
    const { error, tasks } = await readRun(returned.father);
    expect(error).toMatchObject({ message: 'empty\nlist', task: 'tarea2' });
    expect(tasks.map(({ state }) => state)).toEqual(['skipped', 'completed', 'skipped']);
  });

  it('writes the log of its run', async () => {
    const process = await beginProcess();
    await run010(process, 0);
    const { items } = (await server.v1.get<LogPage>(`/v1/runs/${runIdOf(process.father)}/logs`)).body;
    const { name } = await readRun(process.father);
    expect(items.map(({ level, task, message }) => [level, task, message])).toEqual([
      ['info', null, `Created pipeline run '${name}' for pipeline 'clean'`],
      ['info', null, "Created task run 'tarea1-0' for task 'tarea1'"],
      ['error', 'tarea1-0', "Finished in state Failed('no reason given')"],
      ['error', null, "Finished in state Failed('Error en la tarea')"],
    ]);
  });

  it('can end a run twice, but only the first end counts', async () => {
    const { father, sons } = await beginProcess();
    await client.end(father);
    const before = await readRun(father);
    expect(await client.end(father, 'too late')).toEqual({ status: true });
    expect(await client.update(sons[0]!.id, 'start')).toEqual({ status: 'ok' });
    expect(await readRun(father)).toEqual(before);
  });

  it('can repeat an update: a running step continues, and a completed one starts again', async () => {
    const { father, sons } = await beginProcess();
    const { id } = sons[0]!;
    const first = async () => (await readRun(father)).tasks[0]!;
    await client.update(id, 'start');
    server.clock.advance(2);
    await client.update(id, 'start');
    expect(await first()).toMatchObject({ state: 'running', attempt: 1, durationMs: 2000 });
    await client.update(id, 'success');
    server.clock.advance(5);
    await client.update(id, 'success');
    expect(await first()).toMatchObject({ state: 'completed', attempt: 1, durationMs: 2000 });
    await client.update(id, 'start');
    server.clock.advance(1);
    expect(await first()).toMatchObject({ state: 'running', attempt: 2, finishedAt: null, durationMs: 1000 });
  });

  it('can update empty task ids after its process was refused', async () => {
    expect(await client.send('/newprocess', { id: `worker_${'0'.repeat(8)}` })).toBeNull();
    expect(await client.update('', 'start')).toEqual({ status: 'ok' });
    expect(await client.update('', 'success')).toEqual({ status: 'ok' });
    expect((await client.call('POST', '/endprocess', { id: null, details: '' })).status).toBe(422);
  });
});

describe('a client of version 1.0.0', () => {
  it('leaves the steps of a successful run as not reported', async () => {
    const { father } = await beginProcess();
    expect(await client.send('/endprocess', { id: father })).toEqual({ status: true });
    const { state, progress, tasks } = await readRun(father);
    expect([state, progress.percent]).toEqual(['completed', 100]);
    expect(tasks.map((task) => [task.state, task.progress?.message])).toEqual(
      Array(3).fill(['skipped', 'not reported']),
    );
    expect((await tasksOf(father)).map((task) => task['state'])).toEqual(Array(3).fill('not reported'));
  });

  it('names the failed step, and leaves the steps before it as not reported', async () => {
    const { father, sons } = await beginProcess();
    const details = JSON.stringify({
      message: '[tarea2] Fail the pipeline:no such file',
      error_code: 502,
      process_name: 'clean',
      worker_id: 'w',
      worker_name: 'clean',
      task_name: 'tarea2',
      task_id: sons[1]!.id,
    });
    await client.end(father, details);
    const { error, tasks } = await readRun(father);
    expect(error).toMatchObject({
      message: '[tarea2] Fail the pipeline:no such file',
      task: 'tarea2',
      details: { text: details, frames: [] },
    });
    expect(tasks.map((task) => [task.state, task.progress?.message ?? null])).toEqual([
      ['skipped', 'not reported'],
      ['failed', null],
      ['skipped', null],
    ]);
    expect((await tasksOf(father)).map((task) => task['state'])).toEqual(['pending', 'error', 'pending']);
  });
});

describe('a client of version 2.3.0', () => {
  const frame = { file: '/app/steps.py', line: 12, method: 'load' };
  const lines = [
    'Traceback (most recent call last):\n',
    '  File "/app/steps.py", line 12, in load\n    open(p)\n',
    'OSError: gone\n',
  ];

  it.each([
    ['frames and a message', { error_traceback: [frame], error_message: 'gone' }, 'gone', [frame]],
    ['lines and a message', { error_traceback: lines, error_message: 'gone' }, 'gone', [frame]],
    ['frames and no message, as in 0.1.3', { error: [frame] }, 'it failed in load, /app/steps.py:12', [frame]],
    ['an invalid traceback', { error_traceback: [null, 7, {}], error_message: 'gone' }, 'gone', []],
  ])('reports the details of a failed step: %s', async (_, given, message, frames) => {
    const { father, sons } = await beginProcess();
    const text = JSON.stringify({ task_name: 'tarea1', ...given, task_id: sons[0]!.id });
    await client.update(sons[0]!.id, 'start');
    await client.update(sons[0]!.id, 'error', text);
    const { tasks } = await readRun(father);
    expect(tasks[0]?.error).toMatchObject({ code: 'step_failed', message, details: { text, frames } });
    expect((await tasksOf(father))[0]).toMatchObject({ state: 'error', details: text });
  });

  it("gives its run the error of the step, instead of the exception's text", async () => {
    const { father, sons } = await beginProcess();
    const text = JSON.stringify({ task_name: 'tarea1', error_traceback: [frame], error_message: 'gone' });
    await client.update(sons[0]!.id, 'start');
    await client.update(sons[0]!.id, 'error', text);
    await client.end(father, "TaskError('gone', {'task': 'tarea1'})");
    expect((await readRun(father)).error).toMatchObject({
      code: 'step_failed',
      message: 'gone',
      task: 'tarea1',
      details: { text, frames: [frame] },
    });
  });

  it.each(['plain words', '"a JSON text"', '[1, 2]', '{"broken":'])(
    'can send %s as the details of an error',
    async (details) => {
      const { father, sons } = await beginProcess();
      await client.update(sons[0]!.id, 'error', details);
      expect((await readRun(father)).tasks[0]?.error?.message).toBe(details);
    },
  );

  it('can send details longer than 4096 characters, in which invalid characters are replaced', async () => {
    const { father, sons } = await beginProcess();
    const long = `${'línea \ud83d'.repeat(5000)}\ud83d`;
    await client.update(sons[0]!.id, 'error', long);
    const [task] = await tasksOf(father);
    expect(task?.['details']).toBe(long.replaceAll('\ud83d', '\ufffd'));
    expect((await readRun(father)).tasks[0]?.error?.message).toHaveLength(10_000);
  });

  it('is rejected when it sends an object for an id', async () => {
    const response = await client.call('POST', '/actualizar_task', { task_id: {}, status: 'start' });
    expect(response).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', 'task_id'], input: {} }] } });
  });
});

describe('the dashboards', () => {
  it('count the runs of a worker by outcome', async () => {
    const worker = await client.register('counted', threeTasks);
    const readRow = async () =>
      (await client.get<Record<string, unknown>[]>('/dashboard_workers')).find(({ id }) => id === worker);
    expect(await readRow()).toEqual({
      id: worker,
      status: 'online',
      processed: 0,
      active: 0,
      successed: 0,
      failed: 0,
      load_average: 'NA',
    });
    await run010(await client.newProcess(worker)); // 4.5 s: 4
    expect(await readRow()).toMatchObject({ processed: 1, successed: 1, load_average: '4.0' });
    await run010(await client.newProcess(worker), 0); // 1.5 s: 1
    await client.newProcess(worker);
    expect(await readRow()).toMatchObject({ processed: 3, active: 1, successed: 1, failed: 1, load_average: '2.5' });
    server.clock.advance(30);
    expect(await readRow()).toMatchObject({ status: 'ofline' });
    server.clock.advance(24 * 3600 - 20);
    expect(await readRow()).toMatchObject({ status: 'ofline' });
    await client.send('/healthchecker', { id: worker });
    expect(await readRow()).toMatchObject({ status: 'online' });
  });

  it('show the progress of each run', async () => {
    const worker = await client.register('far', threeTasks);
    const { father, sons } = await client.newProcess(worker);
    const readRow = async () => (await processesOf(worker))[0];
    expect(await readRow()).toEqual({
      id: father,
      worker: 'far',
      step: 'tarea1',
      status: 'running',
      last_update: null,
      progress: '0%',
    });
    await client.update(sons[0]!.id, 'start');
    const at = server.clock.now().toISOString();
    expect(await readRow()).toMatchObject({ step: 'tarea1', status: 'running', progress: '1%', last_update: at });
    await client.update(sons[0]!.id, 'success');
    expect(await readRow()).toMatchObject({ progress: '33%' });
    await client.update(sons[1]!.id, 'start');
    expect(await readRow()).toMatchObject({ step: 'tarea2', progress: '33%' });
    await client.update(sons[1]!.id, 'error');
    // the run continues until the client ends it
    expect(await readRow()).toMatchObject({ step: 'tarea2', status: 'running', progress: '66%' });
    await client.end(father, '[tarea2] Fail the pipeline:no');
    expect(await readRow()).toMatchObject({ step: 'tarea2', status: 'error', progress: '66%' });
  });

  it('show the steps of a run in order', async () => {
    const { father, sons } = await beginProcess();
    const received = server.clock.now().toISOString();
    server.clock.advance(2);
    await client.update(sons[1]!.id, 'start');
    const started = server.clock.now().toISOString();
    server.clock.advance(3723.5);
    await client.update(sons[1]!.id, 'success');
    const task = { received, father, details: null };
    const [first, second, third] = threeTasks;
    expect(await tasksOf(father)).toEqual([
      { ...task, ...first, id: sons[0]!.id, state: 'pending', started: null, runtime: 'PT0S', step: '1/3' },
      { ...task, ...second, id: sons[1]!.id, state: 'success', started, runtime: 'PT1H2M3.5S', step: '2/3' },
      { ...task, ...third, id: sons[2]!.id, state: 'pending', started: null, runtime: 'PT0S', step: '3/3' },
    ]);
  });

  it.each([
    ['', 'success'],
    ['ko', 'error'],
  ])('show a run that ended with the details %j as %s', async (details, status) => {
    const worker = await client.register('words', threeTasks);
    const { father } = await client.newProcess(worker);
    await client.end(father, details);
    expect(await processesOf(worker)).toMatchObject([{ status }]);
  });

  it('show a worker without tasks', async () => {
    const worker = await client.register('idle', []);
    const { father, sons } = await client.newProcess(worker);
    expect(sons).toEqual([]);
    expect(await processesOf(worker)).toMatchObject([{ id: father, step: '', progress: '0%' }]);
    expect(await tasksOf(father)).toEqual([]);
    await client.end(father);
    expect(await processesOf(worker)).toMatchObject([{ status: 'success', progress: '100%' }]);
  });
});
