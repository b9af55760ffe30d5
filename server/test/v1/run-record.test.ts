import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunTask } from 'millrace/shared/runs/run-lists.js';
import { completed, ReportedRunDriver, running, taskCreated } from '../support/clients/events.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ parked: ['sentiment', 'summarize'] });
});
afterAll(() => server.close());

const text = 'Pines on the hill. Wind in the pines. Snow on the wind.';
const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('the record of a run', () => {
  it('has every field once the run has completed', async () => {
    const { client, clock, v1 } = server;
    const file = await client.complete('record', ['parser', 'json-to-txt'], text, { expire_time: 5000 });
    const { status, headers, body } = await v1.run(file.processId);
    const now = clock.now().toISOString();
    const task = {
      version: null,
      state: 'completed',
      attempt: 1,
      progress: { current: 1, total: 1, percent: 100 },
      childRun: null,
      startedAt: now,
      finishedAt: now,
      durationMs: 0,
      error: null,
    };
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(Number(headers.get('millrace-sequence'))).toBeGreaterThan(0);
    expect(body).toEqual({
      requestId: file.processId,
      name: expect.stringMatching(/^[a-z]+-[a-z]+$/) as string,
      kind: 'hosted',
      of: 'record',
      version: null,
      state: 'completed',
      late: false,
      waitsFor: null,
      attempt: null,
      priority: 0,
      scheduledFor: null,
      rerunOf: null,
      batch: null,
      progress: { current: 2, total: 2, percent: 100 },
      tasks: [
        { ...task, key: 'module_1', name: 'parser', model: 'sentence', index: 0, after: [] },
        { ...task, key: 'module_2', name: 'json-to-txt', model: 'base', index: 1, after: ['module_1'] },
      ],
      overallStatus: 'complete',
      processStatus: { module_1: true, module_2: true },
      fileId: file.fileId,
      input: null,
      result: null,
      error: null,
      warnings: [],
      warningCount: 0,
      parent: null,
      worker: null,
      createdAt: now,
      startedAt: now,
      finishedAt: now,
      durationMs: 0,
      expiresAt: new Date(clock.now().getTime() + 5_000_000).toISOString(),
    });
  });

  it('is pending while the run is only reserved', async () => {
    const { body: reserved } = await server.client.process('record reserved', ['parser', 'json-to-txt']);
    const { body } = await server.v1.run(reserved.request_id);
    expect(body).toMatchObject({
      state: 'pending',
      late: false,
      waitsFor: null,
      attempt: null,
      priority: 0,
      scheduledFor: null,
      rerunOf: null,
      batch: null,
      progress: { current: 0, total: 2, percent: 0 },
      overallStatus: 'ongoing',
      processStatus: { module_1: false, module_2: false },
      fileId: reserved.file_id,
      startedAt: null,
      finishedAt: null,
      durationMs: null,
    });
    expect(body.tasks.map((task) => [task.state, task.attempt, task.startedAt, task.durationMs])).toEqual([
      ['pending', 0, null, null],
      ['pending', 0, null, null],
    ]);
  });

  it('is running and half done between two modules', async () => {
    const { client, v1 } = server;
    const file = await client.add('record half', ['parser', 'sentiment'], text);
    await expect.poll(async () => (await v1.run(file.processId)).body.progress.current).toBe(1);
    const { body } = await v1.run(file.processId);
    expect(body).toMatchObject({
      state: 'running',
      progress: { current: 1, total: 2, percent: 50 },
      processStatus: { module_1: true, module_2: false },
      startedAt: expect.stringMatching(iso) as string,
      finishedAt: null,
    });
    expect(body.tasks.map((task) => task.state)).toEqual(['completed', 'pending']);
  });

  it('of a failed run has the error and its module, and marks the other modules as skipped', async () => {
    const { client, v1 } = server;
    const file = await client.add('record failed', ['json-to-txt', 'keyword-db'], 'no JSON');
    await client.settle(file);
    const { body } = await v1.run(file.processId);
    const error = { code: 'module_failed', message: expect.stringMatching(/JSON/) as string, task: 'json-to-txt' };
    expect(body).toMatchObject({
      state: 'failed',
      overallStatus: 'failed',
      error,
      processStatus: { module_1: false, module_2: false },
      finishedAt: expect.stringMatching(iso) as string,
    });
    expect(body.progress.percent).toBeLessThan(100);
    expect(body.tasks.map((task) => task.state)).toEqual(['failed', 'skipped']);
    expect(body.tasks[0]?.error).toEqual(error);
    expect(body.tasks[1]?.error).toBeNull();
  });

  it('is late after more than 15 seconds without a worker, unless the run is only reserved', async () => {
    const { client, clock, v1 } = server;
    const waiting = await client.add('record late', ['summarize'], text);
    const between = await client.add('record late later', ['parser', 'sentiment'], text);
    await expect.poll(async () => (await v1.run(between.processId)).body.progress.current).toBe(1);
    const reserved = (await client.process('record late', ['summarize'])).body.request_id;
    const late = async () =>
      Promise.all([waiting.processId, between.processId, reserved].map(async (id) => (await v1.run(id)).body.late));
    expect(await late()).toEqual([false, false, false]);
    clock.advance(15);
    expect(await late()).toEqual([false, false, false]);
    clock.advance(1);
    expect(await late()).toEqual([true, true, false]);
  });

  it('has a random name', async () => {
    const { client, v1 } = server;
    const responses = await Promise.all(Array.from({ length: 20 }, () => client.process('record names', ['parser'])));
    const names = await Promise.all(responses.map(async ({ body }) => (await v1.run(body.request_id)).body.name));
    expect(new Set(names).size).toBeGreaterThan(15);
  });

  it('is found by an id in uppercase', async () => {
    const { body } = await server.client.process('record capitals', ['parser']);
    expect((await server.v1.run(body.request_id.toUpperCase())).body.requestId).toBe(body.request_id);
  });
});

describe('a task of a run', () => {
  const taskOf = async (id: string, key: string) => (await server.v1.get<RunTask>(`/v1/runs/${id}/tasks/${key}`)).body;

  it('has the input and the output of a module for as long as they are kept', async () => {
    const begin = async (options = {}) => {
      const { processId } = await server.client.add('values', ['parser', 'json-to-txt', 'summarize'], text, options);
      await expect.poll(async () => (await server.v1.run(processId)).body.tasks[1]!.state).toBe('completed');
      return processId;
    };
    const values = async (id: string) => {
      const tasks = await Promise.all([1, 2, 3].map((number) => taskOf(id, `module_${number}`)));
      expect(tasks.map(({ task }) => task.name)).toEqual(['parser', 'json-to-txt', 'summarize']);
      return tasks.map(({ task: _, ...contents }) => contents);
    };
    const snippets = text.split(/(?<=\.) /).map((snippet) => ({ snippet, line_numbers: [1] }));
    const joined = expect.stringContaining(snippets[2]!.snippet) as string;

    const withoutInput = await begin();
    // a module's input is deleted when the module completes
    expect(await values(withoutInput)).toEqual([{ input: text }, { output: joined }, { input: joined }]);
    await server.v1.cancel(withoutInput);
    expect(await values(withoutInput)).toEqual([{}, {}, {}]);

    const withInput = await begin({ keep_input: true });
    const allValues = [{ input: text, output: snippets }, { input: snippets, output: joined }, { input: joined }];
    expect(await values(withInput)).toEqual(allValues);
    await server.v1.cancel(withInput);
    expect(await values(withInput)).toEqual(allValues);
  });

  it('has the input and the output of a step, even if the step returned null', async () => {
    const run = new ReportedRunDriver(server.v1);
    await run.begin({ input: { raw: 1 } });
    await run.send(
      taskCreated('a-0', 0),
      running('a-0'),
      completed('a-0', null),
      taskCreated('b-0', 1),
      running('b-0'),
    );
    expect(await taskOf(run.id, 'a-0')).toMatchObject({ task: { key: 'a-0' }, input: { raw: 1 }, output: null });
    const second = await taskOf(run.id, 'b-0');
    expect(second.input).toBeNull();
    expect(second).not.toHaveProperty('output');
  });

  it('is not found if the run does not have it', async () => {
    const run = new ReportedRunDriver(server.v1);
    await run.begin();
    expect((await server.v1.get(`/v1/runs/${run.id}/tasks/a-0`)).status).toBe(404);
    expect((await server.v1.get(`/v1/runs/${run.reporter}/tasks/a-0`)).status).toBe(404);
  });
});
