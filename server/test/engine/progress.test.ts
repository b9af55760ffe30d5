import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReportedRunDriver } from '../support/clients/events.js';
import { moduleProcesses, pauseModules, resumeModules } from '../support/module-processes.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ concurrency: 1 });
});
afterAll(() => server.close());

/** Returns lines of text, about `bytes` bytes in total. */
function longText(bytes: number): string {
  const line =
    'Wagons rolled over the old bridge while nobody counted them, and the river went on below. It was late.\n';
  return line.repeat(Math.ceil(bytes / line.length));
}

describe('progress', () => {
  it('never decreases, is 100 only when the run is completed, and is sent at most four times a second', async () => {
    const file = await server.client.add('long', ['parser', 'json-to-txt', 'keyword-db'], longText(3_000_000));
    const started = performance.now();
    const statuses: RunStatus[] = [];
    for await (const { data } of server.v1.events(file.processId)) statuses.push(data as RunStatus);
    const seconds = (performance.now() - started) / 1000;
    expect(statuses.at(-1)?.state).toBe('completed');

    const percents = statuses.map(({ progress }) => progress.percent ?? 0);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    for (const { state, progress, tasks, processStatus } of statuses) {
      expect(progress.percent === 100).toBe(state === 'completed');
      expect(tasks.every((task) => (task.progress?.percent === 100) === (task.state === 'completed'))).toBe(true);
      expect(Object.values(processStatus).filter(Boolean)).toHaveLength(progress.current);
    }
    for (const position of [0, 1, 2]) {
      const current = statuses.map(({ tasks }) => tasks[position]?.progress?.percent ?? 0);
      expect(current).toEqual([...current].sort((a, b) => a - b));
    }
    // a module itself reports some progress; the rest are the six state changes of the steps
    expect(statuses.some(({ tasks }) => tasks.some(({ state, progress }) => state === 'running' && progress))).toBe(
      true,
    );
    expect(statuses.length).toBeLessThan(4 * seconds + 10);
  });
});

describe('a running step', () => {
  it('never completes once it is cancelled, whatever its module does', async () => {
    const { client, v1 } = server;
    await client.complete('warm', ['parser'], 'Warm up.');
    const { units_used: before } = (await client.capCheck()).body;
    const paused = await pauseModules();
    const file = await client.add('cancelled', ['parser', 'json-to-txt'], 'Nobody reads this.');
    await expect.poll(async () => (await v1.run(file.processId)).body.state).toBe('running');
    // the response shows the run as lists do
    expect((await v1.cancel(file.processId)).body).toMatchObject({ state: 'cancelled' });
    const { body } = await v1.run(file.processId);
    expect(body).toMatchObject({ state: 'cancelled', tasks: [{ state: 'cancelled' }, { state: 'skipped' }] });
    resumeModules(paused);
    // the only worker is free again, so the step has ended
    await client.complete('next', ['parser'], 'And on it goes.');
    expect((await v1.run(file.processId)).body).toMatchObject(body);
    expect((await client.list('cancelled')).body.items).toEqual([]);
    expect((await client.capCheck()).body.units_used).toBe(before + 1);
  });

  it('is stopped when its run is deleted', async () => {
    const { client, v1 } = server;
    await client.complete('warm', ['parser'], 'Warm up.');
    const [paused = 0] = await pauseModules();
    const file = await client.add('deleted', ['parser'], 'Nobody reads this.');
    await expect.poll(async () => (await v1.run(file.processId)).body.state).toBe('running');
    expect((await v1.delete(file.processId)).status).toBe(204);
    await expect.poll(() => moduleProcesses()).not.toContain(paused);
    await client.complete('next', ['parser'], 'And on it goes.');
    expect((await v1.run(file.processId)).status).toBe(404);
  });

  it('continues when the parent flow of its run is deleted', async () => {
    const { client, v1 } = server;
    await client.complete('warm', ['parser'], 'Warm up.');
    const flow = new ReportedRunDriver(v1);
    await flow.begin({ kind: 'flow' });
    const paused = await pauseModules();
    const file = await client.add('child', ['parser'], 'Somebody reads this.', { parent: flow.id });
    await expect.poll(async () => (await v1.run(file.processId)).body.state).toBe('running');
    const isGone = v1.run(flow.id, '?wait=60');
    expect((await v1.delete(flow.id)).status).toBe(204);
    expect((await isGone).status).toBe(404);
    resumeModules(paused);
    expect((await v1.run(file.processId, '?wait=30')).body).toMatchObject({ state: 'completed', parent: null });
  });

  it('fails with the signal in its message when its process is killed', async () => {
    const { client, v1 } = server;
    const file = await client.add('killed', ['keyword-db'], longText(6_000_000));
    // only the module itself reports progress here
    await expect.poll(async () => (await v1.run(file.processId)).body.tasks[0]?.progress ?? null).not.toBeNull();
    for (const pid of await moduleProcesses()) process.kill(pid, 'SIGKILL');
    const { body } = await v1.run(file.processId, '?wait=60');
    expect(body).toMatchObject({ state: 'failed', error: { task: 'keyword-db' } });
    expect(body.error?.message).toContain('SIGKILL');
    await client.complete('next', ['parser'], 'And on it goes.');
  });

  it('runs in another process when its process is killed before it began', async () => {
    const { client, v1 } = server;
    await client.complete('warm', ['parser'], 'Warm up.');
    const paused = await pauseModules();
    const file = await client.add('begun', ['parser'], 'Somebody reads this.');
    await expect.poll(async () => (await v1.run(file.processId)).body.state).toBe('running');
    for (const pid of paused) process.kill(pid, 'SIGKILL');
    expect((await v1.run(file.processId, '?wait=60')).body).toMatchObject({ state: 'completed' });
  });
});
