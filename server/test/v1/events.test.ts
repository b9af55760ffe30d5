import type { RunPage } from 'millrace/shared/runs/run-lists.js';
import type { RunStatus, RunSummary } from 'millrace/shared/runs/run-status.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completed, created, logged, ReportedRunDriver, running, taskCreated } from '../support/clients/events.js';
import { LiveClient } from '../support/clients/live-client.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { V1Client } from '../support/clients/v1-client.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ secondAccount: true, maxLogLines: 20 });
});
afterAll(() => server.close());

const record = async (run: ReportedRunDriver): Promise<RunStatus> => (await server.v1.run(run.id)).body;

/** Returns a driver whose run is created later than the other runs, by the program's clock. */
function createLaterRun(events: number): ReportedRunDriver {
  const run = new ReportedRunDriver(server.v1);
  for (let i = 0; i < events; i++) run.next(logged('not sent'));
  return run;
}

describe('POST /v1/events', () => {
  it('creates and updates the record of a run', async () => {
    const run = new ReportedRunDriver(server.v1);
    await run.send(
      created(),
      taskCreated('trim-0', 0),
      taskCreated('upper-0', 1, ['trim-0']),
      { type: 'run-state', state: 'running' },
      running('trim-0'),
      completed('trim-0', { text: 'a' }),
      running('upper-0'),
      { type: 'progress', key: 'upper-0', attempt: 1, progress: { current: 1, total: 2, percent: 50 } },
    );
    expect(await record(run)).toMatchObject({
      requestId: run.id,
      kind: 'pipeline',
      of: 'clean',
      name: 'purple-dogfish',
      state: 'running',
      input: { raw: ' a ' },
      progress: { current: 1, total: 2, percent: 75 },
      processStatus: { 'trim-0': true, 'upper-0': false },
      tasks: [
        { key: 'trim-0', state: 'completed', attempt: 1, version: 'v1', progress: { percent: 100 } },
        { key: 'upper-0', state: 'running', after: ['trim-0'], progress: { current: 1, total: 2, percent: 50 } },
      ],
    });
    await run.send(completed('upper-0', { text: 'A' }), {
      type: 'run-state',
      state: 'completed',
      result: { text: 'A' },
    });
    const status = await record(run);
    expect(status).toMatchObject({ state: 'completed', result: { text: 'A' }, progress: { percent: 100 } });
    expect(status.durationMs).toBe(60);
  });

  it('ignores events that arrive twice or late', async () => {
    const run = new ReportedRunDriver(server.v1);
    const first = [created(), taskCreated('trim-0', 0), logged('one')].map((report) => run.next(report));
    await run.sendNumbered(first);
    await run.send({ type: 'run-state', state: 'running' }, running('trim-0'), logged('two'));
    const before = await record(run);
    expect(await run.sendNumbered(first)).toEqual({ sequence: 6, state: 'running', cancel: false });
    expect(await record(run)).toEqual(before);
    expect((await run.logs()).items.map(({ line, message }) => [line, message])).toEqual([
      [1, 'one'],
      [2, 'two'],
    ]);
  });

  it('applies the events of a request in the order of their numbers, even with gaps', async () => {
    const run = new ReportedRunDriver(server.v1);
    const reports = [created(), taskCreated('trim-0', 0), logged('lost'), running('trim-0'), completed('trim-0', 1)];
    const [first, second, , fourth, fifth] = reports.map((report) => run.next(report));
    expect(await run.sendNumbered([fifth!, second!, fourth!, first!])).toMatchObject({ sequence: 5 });
    expect(await record(run)).toMatchObject({ tasks: [{ state: 'completed' }] });
  });

  it('adds only log lines after a run has ended', async () => {
    const run = new ReportedRunDriver(server.v1);
    await run.begin();
    await run.send({ type: 'run-state', state: 'failed', error: { code: 'step_failed', message: 'no', task: 'a-0' } });
    const before = await record(run);
    expect(before).toMatchObject({ state: 'failed', error: { message: 'no', task: 'a-0' }, overallStatus: 'failed' });
    const response = await run.send(
      { type: 'run-state', state: 'completed', result: 1 },
      taskCreated('late-0', 0),
      logged('Finished in state Failed()'),
    );
    expect(response).toEqual({ sequence: 6, state: 'failed', cancel: false });
    expect(await record(run)).toEqual(before);
    expect((await run.logs()).items).toMatchObject([{ message: 'Finished in state Failed()' }]);
  });

  it('returns sequence 0 for a run that was never created', async () => {
    const run = new ReportedRunDriver(server.v1);
    run.sequence = 7;
    expect(await run.send(logged('hello?'))).toEqual({ sequence: 0, state: null, cancel: false });
    expect((await server.v1.run(run.id)).status).toBe(404);
  });

  it('refuses only the invalid events of a request', async () => {
    const run = new ReportedRunDriver(server.v1);
    const { body } = await run.events({
      reporter: run.reporter,
      reports: [
        run.next(created()),
        { ...run.next(logged('x')), level: 'shout' },
        { nonsense: true },
        null,
        { ...run.next(logged('x')), at: 'yesterday' },
        { ...run.next(logged('x')), at: '0000-01-01T00:00:00Z' }, // PostgreSQL has no such year
        { ...run.next(created()), at: '9999-01-01T00:00:00Z' }, // a list could not continue after it
        { ...run.next(created()), kind: 'hosted' }, // only the server reports hosted runs
        run.next(logged('good')),
      ],
    });
    expect(body.refused.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect((await run.logs()).items).toMatchObject([{ line: 1, message: 'good' }]);
  });

  it.each([
    ['reports that are not a list', { reports: 'all' }],
    ['more than 1000 reports', { reports: Array.from({ length: 1001 }, () => null) }],
    ['an invalid run id', { alive: ['me'] }],
  ])('rejects a request with %s', async (_, body) => {
    expect((await server.v1.post('/v1/events', body)).status).toBe(400);
  });

  it('records no negative duration if a clock goes backwards', async () => {
    const run = new ReportedRunDriver(server.v1);
    await run.begin();
    const end = run.next({ type: 'run-state', state: 'completed' });
    await run.sendNumbered([{ ...end, at: '2001-01-01T00:00:00Z' }]);
    expect(await record(run)).toMatchObject({ state: 'completed', durationMs: 0 });
  });

  it('never lets progress decrease within an attempt or reach 100% before the end', async () => {
    const run = new ReportedRunDriver(server.v1);
    const progress = (current: number, attempt = 1) =>
      ({ type: 'progress', key: 'a-0', attempt, progress: { current, total: 10, percent: current * 10 } }) as const;
    await run.send(created(), taskCreated('a-0', 0), running('a-0'), progress(10), progress(4));
    expect((await record(run)).tasks[0]?.progress).toMatchObject({ current: 10, percent: 99 });
    await run.send(running('a-0', 2), progress(3, 2), progress(9, 1));
    expect((await record(run)).tasks[0]).toMatchObject({ attempt: 2, progress: { current: 3, percent: 30 } });
  });

  it('accepts any text, and shortens or leaves out values that are too large', async () => {
    const run = new ReportedRunDriver(server.v1);
    const oddText = 'half an emoji \ud83d, \u2028 and ünï';
    await run.send(
      created({ input: 'x'.repeat(1_100_000) }),
      taskCreated('a-0', 0),
      completed('a-0', 'y'.repeat(1_100_000)),
      logged('z'.repeat(20_000)),
      logged(oddText),
    );
    const { input, tasks } = await record(run);
    expect(JSON.stringify(input)).toMatch(/left out: as JSON it has 1100002 characters/);
    expect(tasks[0]?.state).toBe('completed');
    const { items } = await run.logs();
    expect(items[0]?.message).toHaveLength(10_000);
    expect(items[1]?.message).toBe(oddText.replace('\ud83d', '\ufffd'));
  });

  it('limits the size of a record, warns in its log, and does not affect lists and other runs', async () => {
    const run = createLaterRun(50);
    await run.begin();
    const details = { frames: 'f'.repeat(1_000_000) };
    for (const first of [0, 6, 12]) {
      const steps = Array.from({ length: 6 }, (_, i) => `trim-${first + i}`);
      await run.send(
        ...steps.map((key, i) => taskCreated(key, first + i)),
        ...steps.map((key) => {
          const error = { code: 'step_failed', message: 'm'.repeat(5000), details };
          return { type: 'task-state' as const, key, state: 'failed' as const, attempt: 1, error };
        }),
      );
    }
    await run.send(running('trim-0', 2));
    const errors = (await record(run)).tasks.map(({ error }) => error);
    expect(errors[5]).toMatchObject({ details });
    expect(errors[17]!.details).toEqual({
      '[not json]': 'left out: the tasks of this run have more than 16 million characters',
    });
    expect(errors[17]!.message).toHaveLength(200);
    const warnings = (await run.logs()).items.filter(({ level }) => level === 'warning');
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^The record of this run is full: its tasks have more than 16 million characters\./),
    ]);

    const next = createLaterRun(100);
    await next.begin();
    const { text: list } = await server.v1.runs('?limit=2');
    expect(list.length).toBeLessThan(100_000);
    const page = JSON.parse(list) as RunPage;
    expect(page.items.map(({ requestId }) => requestId)).toEqual([next.id, run.id]);
    expect(page.items[1]).toMatchObject({ taskCounts: { failed: 17, running: 1 }, currentTasks: ['trim'] });
    expect(Object.keys(page.items[1]!)).not.toContain('input');
    expect((await server.v1.cancel(run.id)).text).not.toContain('ffff');
    expect((await server.v1.delete(run.id)).status).toBe(204);
  });

  it('counts 10,000 tasks in a list and in the stream', async () => {
    const run = createLaterRun(200);
    await run.begin({ kind: 'pipeline' });
    const live = await LiveClient.open(server.v1);
    const keys = Array.from({ length: 10_000 }, (_, index) => `step-${index}`);
    for (let first = 0; first < keys.length; first += 1000)
      await run.send(...keys.slice(first, first + 1000).map((key, index) => taskCreated(key, first + index)));
    await run.send(
      ...keys.slice(0, 900).map((key) => completed(key, null)),
      ...keys.slice(900, 907).map((key) => running(key)),
    );
    const progress = { current: 1, total: 2, percent: 50 };
    await run.send({ type: 'progress', key: 'step-903', attempt: 1, progress });
    const { text, body } = await server.v1.runs('?limit=1');
    expect(text.length).toBeLessThan(3000);
    const [listed] = body.items;
    expect(listed).toMatchObject({
      requestId: run.id,
      taskCounts: { pending: 9093, running: 7, completed: 900, failed: 0 },
      currentTasks: Array.from({ length: 5 }, () => 'step'),
      progress: { current: 900, total: 10_000, percent: 9 },
    });
    const streamed = await live.waitFor<RunSummary>('run', ({ taskCounts }) => taskCounts.running === 7);
    expect(Object.keys(streamed).sort()).toEqual(Object.keys(listed!).sort());
  });

  it('accepts an input with any field names', async () => {
    const run = new ReportedRunDriver(server.v1);
    await run.send(created({ input: { 'half \ud83d': { '\udc00': '\\ud83d' } } }));
    expect((await record(run)).input).toEqual({ 'half \ufffd': { '\ufffd': '\\ud83d' } });
  });

  it('links a run to a known parent, and accepts an unknown one', async () => {
    const parent = new ReportedRunDriver(server.v1);
    const child = new ReportedRunDriver(server.v1);
    const orphan = new ReportedRunDriver(server.v1);
    const { body } = await parent.events({
      reporter: parent.reporter,
      reports: [parent.next(created()), child.next(created({ parent: parent.id }))],
    });
    expect(Object.keys(body.runs).sort()).toEqual([parent.id, child.id].sort());
    await orphan.begin({ parent: '6f1c1b0e-0f6b-4d4e-9a52-1f4f8a3c0001' });
    expect((await record(child)).parent).toBe(parent.id);
    expect((await record(orphan)).parent).toBeNull();
  });

  it('notifies clients that wait for the run or follow its stream', async () => {
    const run = new ReportedRunDriver(server.v1);
    await run.begin();
    const waiting = server.v1.run(run.id, '?wait=60');
    const events = server.v1.events(run.id);
    expect((await events.next()).value).toMatchObject({ data: { state: 'running' } });
    await run.send(taskCreated('a-0', 0));
    expect((await events.next()).value).toMatchObject({ data: { tasks: [{ key: 'a-0' }] } });
    await run.send({ type: 'run-state', state: 'completed' });
    expect((await waiting).body.state).toBe('completed');
    expect((await events.next()).value).toMatchObject({ data: { state: 'completed' } });
    expect((await events.next()).done).toBe(true);
  });
});

describe('the log of a run', () => {
  it('is filtered by line, level, task and text, and returned in pages', async () => {
    const run = new ReportedRunDriver(server.v1);
    await run.send(
      created(),
      { type: 'log', level: 'debug', message: 'a', task: null },
      { type: 'log', level: 'warning', message: 'b', task: 'x-0' },
      logged('c'),
    );
    expect(await run.logs('?limit=2')).toMatchObject({
      items: [{ message: 'a' }, { message: 'b' }],
      last: 2,
      done: false,
    });
    expect(await run.logs('?after=2')).toMatchObject({ items: [{ message: 'c', line: 3 }], last: 3 });
    expect((await run.logs('?level=warning')).items).toMatchObject([{ message: 'b', task: 'x-0', level: 'warning' }]);
    expect((await run.logs('?task=x-0')).items).toMatchObject([{ message: 'b' }]);
    expect((await run.logs('?q=B')).items).toMatchObject([{ message: 'b' }]);
    expect((await run.logs('?q=%25')).items).toEqual([]);
    expect(await run.logs('?before=9000000000000000&limit=2')).toMatchObject({
      items: [{ message: 'b' }, { message: 'c' }],
      last: 3,
      done: false,
    });
    expect((await run.logs('?before=3&limit=1')).items).toMatchObject([{ message: 'b' }]);
    const counts = { debug: 1, info: 1, warning: 1, error: 0 };
    expect(await run.logs('?level=error&counts=true')).toMatchObject({ items: [], counts });
    expect((await run.logs('?task=x-0&counts=true')).counts).toEqual({ ...counts, debug: 0, info: 0 });
    expect((await run.v1.get(`/v1/runs/${run.id}/logs?before=2&wait=1`)).status).toBe(400);
    expect(await run.logs('?after=3')).toEqual({ items: [], last: 3, done: false });
    expect(await run.logs('?after=3000000000')).toMatchObject({ items: [] });
  });

  it('is returned to a waiting request when it has new lines or the run ends', async () => {
    const run = new ReportedRunDriver(server.v1);
    await run.begin();
    const line = run.logs('?wait=60');
    await run.send(logged('here'));
    expect(await line).toMatchObject({ items: [{ message: 'here' }], last: 1, done: false });
    const end = run.logs('?after=1&wait=60');
    await run.send({ type: 'run-state', state: 'completed' });
    expect(await end).toEqual({ items: [], last: 1, done: true });
  });

  it('keeps only the first lines, and warns that it is full', async () => {
    const run = new ReportedRunDriver(server.v1);
    await run.send(created(), ...Array.from({ length: 15 }, (_, n) => logged(`line ${n}`)));
    await run.send(...Array.from({ length: 15 }, (_, n) => logged(`more ${n}`)));
    const { items } = await run.logs();
    expect(items).toHaveLength(20);
    expect(items[18]?.message).toBe('more 3');
    expect(items[19]).toMatchObject({
      level: 'warning',
      message: 'The log is full. Only the first 19 lines are kept.',
    });
  });
});

describe('cancelling a run', () => {
  it('is requested in the next response to the program, and takes effect when the program confirms it', async () => {
    const run = new ReportedRunDriver(server.v1);
    expect((await run.begin()).cancel).toBe(false);
    const { status, body } = await server.v1.cancel(run.id);
    expect([status, body.state]).toEqual([200, 'running']);
    expect(await run.sendHeartbeat()).toMatchObject({ state: 'running', cancel: true });
    await run.send({ type: 'run-state', state: 'cancelled', error: { code: 'cancelled', message: 'enough' } });
    expect(await record(run)).toMatchObject({ state: 'cancelled', error: { message: 'enough' } });
    expect((await server.v1.cancel(run.id)).status).toBe(200);
  });

  it('is refused once the run has completed', async () => {
    const run = new ReportedRunDriver(server.v1);
    await run.begin();
    await run.send({ type: 'run-state', state: 'completed' });
    expect((await server.v1.cancel(run.id)).status).toBe(409);
  });
});

describe('deleting a run', () => {
  it('deletes its log and its subflows, and ends waiting requests', async () => {
    const run = new ReportedRunDriver(server.v1);
    const child = new ReportedRunDriver(server.v1);
    await run.send(created(), logged('x'), taskCreated('a-0', 0));
    await child.begin({ parent: run.id });
    const waiting = server.v1.run(child.id, '?wait=60');
    expect((await server.v1.delete(run.id)).status).toBe(204);
    expect((await waiting).status).toBe(404);
    expect((await server.v1.get(`/v1/runs/${run.id}/logs`)).status).toBe(404);
    expect(await run.send(logged('y'))).toEqual({ sequence: 0, state: null, cancel: false });
    expect((await server.v1.run(run.id)).status).toBe(404);
  });
});

describe('another account', () => {
  it('can neither read nor change a run', async () => {
    const run = new ReportedRunDriver(server.v1);
    await run.send(created(), logged('secret'));
    const before = await record(run);
    const other = new V1Client(server.url, server.otherKey);
    const intruder = new ReportedRunDriver(other);
    const forgedEvents = [created(), logged('mine')].map((report) => ({ ...intruder.next(report), run: run.id }));
    for (const reporter of [run.reporter, null, intruder.reporter]) {
      const { body } = await intruder.events({ reporter, reports: forgedEvents, alive: [run.id] });
      expect(body.runs[run.id]).toEqual({ sequence: 0, state: null, cancel: false });
    }
    await intruder.begin({ parent: run.id });
    expect((await other.run(intruder.id)).body.parent).toBeNull();
    const responses = await Promise.all([
      other.run(run.id),
      other.get(`/v1/runs/${run.id}/logs`),
      other.cancel(run.id),
      other.post(`/v1/runs/${run.id}/resume`),
      other.delete(run.id),
    ]);
    expect(responses.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
    expect((await other.runs()).body.items.map(({ requestId }) => requestId)).toEqual([intruder.id]);
    expect(await record(run)).toEqual(before);
    expect((await run.logs()).items).toHaveLength(1);
  });
});
