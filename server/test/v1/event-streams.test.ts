import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ReportedRunDriver } from '../support/clients/events.js';
import { recordStatements } from '../support/database/record-statements.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import type { V1ErrorBody } from '../support/clients/v1-client.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ worker: false, maxEventStreams: 20 });
});
afterAll(() => server.close());

/** Begins a run whose record is larger than a socket's buffer. */
async function beginLargeRun(v1 = server.v1): Promise<ReportedRunDriver> {
  const run = new ReportedRunDriver(v1);
  await run.begin({ kind: 'flow', input: 'x'.repeat(500_000) });
  return run;
}

const reportProgress = (run: ReportedRunDriver, current: number) =>
  run.send({ type: 'progress', key: null, attempt: 1, progress: { current, total: 100, percent: current } });
const completeRun = (run: ReportedRunDriver) => run.send({ type: 'run-state', state: 'completed', result: null });

async function* statuses(run: ReportedRunDriver): AsyncGenerator<RunStatus> {
  for await (const { data } of server.v1.events(run.id)) yield data as RunStatus;
}

describe('many event streams of a run', () => {
  it('share the database reads of each change', async () => {
    const run = await beginLargeRun();
    const streams = Array.from({ length: 20 }, () => statuses(run));
    await Promise.all(streams.map((stream) => stream.next()));
    const recorder = recordStatements();
    const changes = 4;
    try {
      for (let change = 1; change <= changes; change++) {
        await reportProgress(run, change);
        const read = await Promise.all(streams.map(async (stream) => (await stream.next()).value as RunStatus));
        expect(read.map(({ progress }) => progress.current)).toEqual(streams.map(() => change));
      }
    } finally {
      recorder.stop();
    }
    const reads = [...recorder.statements.values()].filter(({ sql }) => sql.includes('as tasks'));
    expect(reads.reduce((sum, { uses }) => sum + uses, 0)).toBeLessThan(2 * changes);
    await completeRun(run);
    await Promise.all(streams.map((stream) => stream.return(undefined)));
  });

  it('continue when the first one is closed', async () => {
    const run = await beginLargeRun();
    const [first, second] = [statuses(run), statuses(run)];
    await first.next();
    await second.next();
    await first.return(undefined);
    await reportProgress(run, 7);
    expect(((await second.next()).value as RunStatus).progress.current).toBe(7);
    await completeRun(run);
    expect(((await second.next()).value as RunStatus).state).toBe('completed');
  });

  it('skip states for a slow client, but send the last one', async () => {
    const run = await beginLargeRun();
    const response = await server.v1.openEvents(run.id);
    const changes = 60;
    for (let change = 1; change <= changes; change++) await reportProgress(run, change);
    await completeRun(run);
    const events = (await response.text()).split('\n\n').filter((event) => event.includes('data: '));
    expect(events.length).toBeLessThan(changes);
    expect(events.at(-1)).toContain('"state":"completed"');
  });

  it('are refused beyond the limit of the account, until one is closed', async () => {
    const run = await beginLargeRun();
    const controllers = Array.from({ length: 20 }, () => new AbortController());
    const opened = await Promise.all(controllers.map(({ signal }) => server.v1.openEvents(run.id, signal)));
    expect(opened.map(({ status }) => status)).toEqual(opened.map(() => 200));
    const refused = await server.v1.get<V1ErrorBody>(`/v1/runs/${run.id}/events`);
    expect(refused.status).toBe(429);
    expect(refused.body.error).toMatchObject({
      code: 'too_many_streams',
      message:
        'Expected an account to have at most 20 open event streams, got one more. Close some, or use GET /v1/runs/:id?wait=60.',
    });
    controllers[0]!.abort();
    await expect
      .poll(async () => {
        const again = await server.v1.openEvents(run.id);
        await again.body?.cancel();
        return again.status;
      })
      .toBe(200);
    for (const controller of controllers) controller.abort();
  });
});

it('the server disconnects clients that stop reading', async () => {
  const small = await startTestServer({ worker: false, maxEventStreams: 3, stalledStreamSeconds: 0.5 });
  onTestFinished(() => small.close());
  const { v1 } = small;
  const run = await beginLargeRun(v1);
  const open = () => v1.openEvents(run.id);
  expect((await Promise.all([open(), open(), open()])).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect((await open()).status).toBe(429);
  // more data than the buffers of both ends hold
  for (let change = 1; change <= 40; change++) await reportProgress(run, change);
  await expect.poll(async () => (await open()).status).toBe(200);
});
