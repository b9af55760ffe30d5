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

const record = async (processId: string): Promise<RunStatus> => (await server.v1.run(runIdOf(processId))).body;
const begin = async (name = 'clean'): Promise<NewProcess> =>
  client.newProcess(await client.register(name, threeTasks, 'v3'));
const tasksOf = (processId: string) => client.get<Record<string, unknown>[]>(`/dashboard_tasks/${processId}`);
const processesOf = (worker: string) => client.get<Record<string, unknown>[]>(`/dashboard_process/${worker}`);

/** What `Pipeline.run` of 0.1.0 sends. @param failing The step that throws. */
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

describe('a client of 0.1.0', () => {
  it('has its run among ours, step by step', async () => {
    const process = await begin();
    expect(await record(process.father)).toMatchObject({
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
    expect(await record(process.father)).toMatchObject({ tasks: [{ state: 'running', attempt: 1 }, {}, {}] });
    await run010(process);
    const status = await record(process.father);
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

  it('has its failure told: the step, the message, and what never ran', async () => {
    const process = await begin();
    await run010(process, 1);
    expect(await record(process.father)).toMatchObject({
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
        // said only at the end of the run
        { state: 'failed', durationMs: 1500, error: { message: 'Error en la tarea' } },
        { state: 'skipped', error: null },
      ],
    });
  });

  it('has the failure told of a step that threw, and of one that gave back an error', async () => {
    const thrown = await begin();
    await client.update(thrown.sons[0]!.id, 'start');
    await client.update(thrown.sons[0]!.id, 'error');
    await client.end(thrown.father, '[task] [tarea1] Fail: [no such [file]]');
    expect((await record(thrown.father)).error).toMatchObject({ message: 'no such [file]', task: 'tarea1' });
    const given = await begin();
    for (const status of ['start', 'success']) await client.update(given.sons[1]!.id, status);
    await client.end(given.father, '[tarea2] Fail the pipeline:empty\nlist');
    const { error, tasks } = await record(given.father);
    expect(error).toMatchObject({ message: 'empty\nlist', task: 'tarea2' });
    expect(tasks.map(({ state }) => state)).toEqual(['skipped', 'completed', 'skipped']);
  });

  it('writes the log of its run', async () => {
    const process = await begin();
    await run010(process, 0);
    const { items } = (await server.v1.get<LogPage>(`/v1/runs/${runIdOf(process.father)}/logs`)).body;
    const { name } = await record(process.father);
    expect(items.map(({ level, task, message }) => [level, task, message])).toEqual([
      ['info', null, `Created pipeline run '${name}' for pipeline 'clean'`],
      ['info', null, "Created task run 'tarea1-0' for task 'tarea1'"],
      ['error', 'tarea1-0', "Finished in state Failed('no reason given')"],
      ['error', null, "Finished in state Failed('Error en la tarea')"],
    ]);
  });

  it('may end a run twice: the first end counts', async () => {
    const { father, sons } = await begin();
    await client.end(father);
    const before = await record(father);
    expect(await client.end(father, 'too late')).toEqual({ status: true });
    expect(await client.update(sons[0]!.id, 'start')).toEqual({ status: 'ok' });
    expect(await record(father)).toEqual(before);
  });

  it('may say a thing twice: a step that runs goes on, and one that is done begins again', async () => {
    const { father, sons } = await begin();
    const { id } = sons[0]!;
    const first = async () => (await record(father)).tasks[0]!;
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

  it('whose process was refused goes on with empty ids, and fails no step', async () => {
    expect(await client.send('/newprocess', { id: `worker_${'0'.repeat(8)}` })).toBeNull();
    expect(await client.update('', 'start')).toEqual({ status: 'ok' });
    expect(await client.update('', 'success')).toEqual({ status: 'ok' });
    expect((await client.call('POST', '/endprocess', { id: null, details: '' })).status).toBe(422);
  });
});

describe('a client of 1.0.0', () => {
  it('says nothing of its steps: those of a run that went well were not reported', async () => {
    const { father } = await begin();
    expect(await client.send('/endprocess', { id: father })).toEqual({ status: true });
    const { state, progress, tasks } = await record(father);
    expect([state, progress.percent]).toEqual(['completed', 100]);
    expect(tasks.map((task) => [task.state, task.progress?.message])).toEqual(
      Array(3).fill(['skipped', 'not reported']),
    );
    expect((await tasksOf(father)).map((task) => task['state'])).toEqual(Array(3).fill('not reported'));
  });

  it('names the step that failed: those before were not reported, those after did not run', async () => {
    const { father, sons } = await begin();
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
    const { error, tasks } = await record(father);
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

describe('a client of 2.3.0', () => {
  const frame = { file: '/app/steps.py', line: 12, method: 'load' };
  const lines = [
    'Traceback (most recent call last):\n',
    '  File "/app/steps.py", line 12, in load\n    open(p)\n',
    'OSError: gone\n',
  ];

  it.each([
    ['frames and a message', { error_traceback: [frame], error_message: 'gone' }, 'gone', [frame]],
    ['lines and a message', { error_traceback: lines, error_message: 'gone' }, 'gone', [frame]],
    ['frames and no message, as 0.1.3 did', { error: [frame] }, 'it failed in load, /app/steps.py:12', [frame]],
    ['a trace that makes no sense', { error_traceback: [null, 7, {}], error_message: 'gone' }, 'gone', []],
  ])('has the details of a failed step read: %s', async (_, given, message, frames) => {
    const { father, sons } = await begin();
    const text = JSON.stringify({ task_name: 'tarea1', ...given, task_id: sons[0]!.id });
    await client.update(sons[0]!.id, 'start');
    await client.update(sons[0]!.id, 'error', text);
    const { tasks } = await record(father);
    expect(tasks[0]?.error).toMatchObject({ code: 'step_failed', message, details: { text, frames } });
    expect((await tasksOf(father))[0]).toMatchObject({ state: 'error', details: text });
  });

  it('has the error of its step told for the run, which ends with the representation of an exception', async () => {
    const { father, sons } = await begin();
    const text = JSON.stringify({ task_name: 'tarea1', error_traceback: [frame], error_message: 'gone' });
    await client.update(sons[0]!.id, 'start');
    await client.update(sons[0]!.id, 'error', text);
    await client.end(father, "TaskError('gone', {'task': 'tarea1'})");
    expect((await record(father)).error).toMatchObject({
      code: 'step_failed',
      message: 'gone',
      task: 'tarea1',
      details: { text, frames: [frame] },
    });
  });

  it.each(['plain words', '"a JSON text"', '[1, 2]', '{"broken":'])('may say %s', async (details) => {
    const { father, sons } = await begin();
    await client.update(sons[0]!.id, 'error', details);
    expect((await record(father)).tasks[0]?.error?.message).toBe(details);
  });

  it('has details kept whole that are longer than 4096 characters, or hold what no database can', async () => {
    const { father, sons } = await begin();
    const long = `${'línea \ud83d'.repeat(5000)}\ud83d`;
    await client.update(sons[0]!.id, 'error', long);
    const [task] = await tasksOf(father);
    expect(task?.['details']).toBe(long.replaceAll('\ud83d', '\ufffd'));
    expect((await record(father)).tasks[0]?.error?.message).toHaveLength(10_000);
  });

  it('may send an object for an id, which is refused and changes nothing', async () => {
    const response = await client.call('POST', '/actualizar_task', { task_id: {}, status: 'start' });
    expect(response).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', 'task_id'], input: {} }] } });
  });
});

describe('the dashboards', () => {
  it('count what became of the runs of a worker', async () => {
    const worker = await client.register('counted', threeTasks);
    const shown = async () =>
      (await client.get<Record<string, unknown>[]>('/dashboard_workers')).find(({ id }) => id === worker);
    expect(await shown()).toEqual({
      id: worker,
      status: 'online',
      processed: 0,
      active: 0,
      successed: 0,
      failed: 0,
      load_average: 'NA',
    });
    await run010(await client.newProcess(worker)); // 4.5 s: 4
    expect(await shown()).toMatchObject({ processed: 1, successed: 1, load_average: '4.0' });
    await run010(await client.newProcess(worker), 0); // 1.5 s: 1
    await client.newProcess(worker);
    expect(await shown()).toMatchObject({ processed: 3, active: 1, successed: 1, failed: 1, load_average: '2.5' });
    server.clock.advance(30);
    expect(await shown()).toMatchObject({ status: 'ofline' });
    server.clock.advance(24 * 3600 - 20);
    expect(await shown()).toMatchObject({ status: 'ofline' });
    await client.send('/healthchecker', { id: worker });
    expect(await shown()).toMatchObject({ status: 'online' });
  });

  it('show how far each run is', async () => {
    const worker = await client.register('far', threeTasks);
    const { father, sons } = await client.newProcess(worker);
    const shown = async () => (await processesOf(worker))[0];
    expect(await shown()).toEqual({
      id: father,
      worker: 'far',
      step: 'tarea1',
      status: 'running',
      last_update: null,
      progress: '0%',
    });
    await client.update(sons[0]!.id, 'start');
    const at = server.clock.now().toISOString();
    expect(await shown()).toMatchObject({ step: 'tarea1', status: 'running', progress: '1%', last_update: at });
    await client.update(sons[0]!.id, 'success');
    expect(await shown()).toMatchObject({ progress: '33%' });
    await client.update(sons[1]!.id, 'start');
    expect(await shown()).toMatchObject({ step: 'tarea2', progress: '33%' });
    await client.update(sons[1]!.id, 'error');
    // the run goes on until it is said to have ended
    expect(await shown()).toMatchObject({ step: 'tarea2', status: 'running', progress: '66%' });
    await client.end(father, '[tarea2] Fail the pipeline:no');
    expect(await shown()).toMatchObject({ step: 'tarea2', status: 'error', progress: '66%' });
  });

  it('show the steps of a run in their order', async () => {
    const { father, sons } = await begin();
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
  ])('say of a run that ended with %j: %s', async (details, status) => {
    const worker = await client.register('words', threeTasks);
    const { father } = await client.newProcess(worker);
    await client.end(father, details);
    expect(await processesOf(worker)).toMatchObject([{ status }]);
  });

  it('stand a worker without tasks', async () => {
    const worker = await client.register('idle', []);
    const { father, sons } = await client.newProcess(worker);
    expect(sons).toEqual([]);
    expect(await processesOf(worker)).toMatchObject([{ id: father, step: '', progress: '0%' }]);
    expect(await tasksOf(father)).toEqual([]);
    await client.end(father);
    expect(await processesOf(worker)).toMatchObject([{ status: 'success', progress: '100%' }]);
  });
});
