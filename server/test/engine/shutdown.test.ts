import { connect } from 'node:net';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { moduleProcesses, pauseModules } from '../support/module-processes.js';
import { startServerProcess } from '../support/server-process.js';
import { createTestDatabase, type TestDatabase } from '../support/database/test-database.js';
import { startTestServer } from '../support/test-server.js';

const text = 'The last train left. The lamps went out.';

describe('a server that receives SIGTERM', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
    // runs after the test has ended its servers, which `afterEach` does not
    onTestFinished(() => database.cleanup());
  });

  it('releases its running step, so that the next server runs it before the lease would expire', async () => {
    const first = await startServerProcess({ ...database.options, concurrency: 1, graceSeconds: 0.3 });
    await first.client.complete('warm', ['parser'], text);
    await pauseModules(first.pid);
    const file = await first.client.add('given back', ['parser', 'json-to-txt'], text);
    await expect.poll(async () => (await first.v1.run(file.processId)).body.state).toBe('running');
    const modules = await moduleProcesses(first.pid);
    expect(await first.stop()).toBe(0);
    for (const pid of modules) expect(() => process.kill(pid, 0)).toThrow();

    const second = await startServerProcess({ ...database.options, concurrency: 1 });
    // leases last 10 seconds
    const { body } = await second.v1.run(file.processId, '?wait=8');
    expect(body.state).toBe('completed');
    // the paused module had not begun, so this does not count as an attempt
    expect(body.tasks.map((task) => task.attempt)).toEqual([1, 1]);
    expect((await second.client.download(file)).toString()).toBe('The last train left.\nThe lamps went out.');
  });

  it('lets its running step finish within the grace period', async () => {
    const first = await startServerProcess({ ...database.options, concurrency: 1, graceSeconds: 30 });
    await first.client.complete('warm', ['parser'], text);
    const file = await first.client.add('finished', ['keyword-db'], `${text}\n`.repeat(60_000));
    // only a module that has begun reports progress
    await expect.poll(async () => (await first.v1.run(file.processId)).body.tasks[0]?.progress ?? null).not.toBeNull();
    const stopped = first.stop();
    expect(await stopped).toBe(0);
    const second = await startServerProcess({ ...database.options, worker: false });
    const { body } = await second.v1.run(file.processId);
    expect(body).toMatchObject({ state: 'completed', tasks: [{ attempt: 1 }] });
  });

  it('keeps its key, files and runs for the next start', async () => {
    const first = await startServerProcess(database.options);
    const file = await first.client.complete('kept', ['keyword-db'], text);
    const before = await first.client.list('kept');
    expect(await first.stop()).toBe(0);
    const second = await startServerProcess(database.options);
    expect(second.client.apiKey).toBe(first.client.apiKey);
    expect((await second.client.list('kept')).body.items).toEqual(before.body.items);
    expect((await second.client.keywordSearch('kept', 'lamp')).body.items).toHaveLength(1);
    expect((await second.v1.run(file.processId)).body.state).toBe('completed');
  });
});

describe('closing a server', () => {
  it('responds to long polls and ends event streams without waiting for their timeouts', async () => {
    const server = await startTestServer({ parked: ['summarize'], graceSeconds: 20 });
    const { client, v1 } = server;
    const file = await client.add('waited for', ['summarize'], text);
    const waiting = Array.from({ length: 20 }, () => v1.run(file.processId, '?wait=60'));
    const streams = Array.from({ length: 5 }, () => v1.allEvents(file.processId));
    // an idle connection must not keep the server open
    const { hostname, port } = new URL(server.url);
    const idle = connect(Number(port), hostname);
    await v1.run(file.processId, '?wait=0.3');
    const started = performance.now();
    await server.close();
    // the grace period is 20 seconds, the long poll 60
    expect(performance.now() - started).toBeLessThan(15_000);
    for (const response of await Promise.all(waiting))
      expect([response.status, response.body.state]).toEqual([200, 'pending']);
    for (const events of await Promise.all(streams)) expect(events.length).toBeGreaterThan(0);
    idle.destroy();
  });

  it('can be requested twice', async () => {
    const server = await startTestServer();
    await Promise.all([server.close(), server.close()]);
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  });
});
