import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { currentSignal, flow, task, type Client } from 'millrace';
import { runInProcess } from '../../cli/support/run-in-process.js';
import { startLocalServer, type LocalServer } from '../../support/local-server.js';

let server: LocalServer;
let client: Client;
let path: string;
beforeAll(async () => {
  // a server without `json-to-txt`, so that the runs of `scans` stay pending
  server = await startLocalServer({ modules: ['parser'] });
  client = server.connect({ logLevel: 'off' });
  path = join(await mkdtemp(join(tmpdir(), 'millrace-children-')), 'mill.txt');
  await writeFile(path, 'The mill grinds. The miller sleeps.');
});
afterAll(() => server.close());

const listChildren = async (parent: string) => (await client.runs.list({ parent })).items;

test('a hosted run that a flow starts, in a task or directly, is a child of the flow', async () => {
  const notes = client.createPipeline('notes', ['parser']);
  const read = task(
    'read',
    async (name: string) => (await notes.process(path, { downloadOutput: false, fileName: name })).requestId,
  );
  const report = flow('report', async () => [
    await read('first.txt'),
    (await notes.process(path, { downloadOutput: false, fileName: 'second.txt' })).requestId,
  ]);
  const run = report.with({ report: client }).start();
  const ids = await run.result();
  await client.flush();
  const found = await listChildren(run.id);
  expect(found.map(({ requestId }) => requestId).sort()).toEqual([...ids].sort());
  expect(found).toMatchObject([
    { kind: 'hosted', parent: run.id },
    { kind: 'hosted', parent: run.id },
  ]);
  expect((await client.runs.list({ root: true })).items.map(({ of }) => of)).toEqual(['report']);
  // the task has the run that it started as `childRun`, in this process and on the server
  for (const { tasks } of [run.status(), await client.runs.get(run.id)])
    expect(tasks).toMatchObject([{ key: 'read-0', state: 'completed', childRun: ids[0] }]);
  const env = { MILLRACE_API_URL: server.url, MILLRACE_API_KEY: server.apiKey };
  const statusOf = async (id: string) => (await runInProcess(['status', id], { cwd: server.dataDir, env })).stdout;
  expect(await statusOf(run.id)).toMatch(new RegExp(`read-0 .* run ${ids[0]}\\n +run ${ids[1]} +notes +completed`));
  expect(await statusOf(ids[1]!)).toContain(`part of   ${run.id}`);
  // deleting the record of the flow keeps its child runs
  await client.runs.delete(run.id);
  expect(await client.runs.get(ids[0]!)).toMatchObject({ state: 'completed', parent: null });
  await expect(notes.process(path, { downloadOutput: false, fileName: 'alone.txt' })).resolves.toBeDefined();
});

test('the runs of a batch that a flow starts are its children', async () => {
  const notes = client.createPipeline('letters', ['parser']);
  const readAll = task('read-all', async () => {
    const sources = ['one', 'two', 'three'].map((name) => ({
      file: new Blob([`The letter ${name} came.`]),
      key: `${name}.txt`,
      fileName: `${name}.txt`,
    }));
    const summary = await notes.processMany(sources, { localSaveDirectory: false }).all();
    return summary.toRows().map(({ requestId }) => requestId);
  });
  const run = flow('post', async () => readAll())
    .with({ report: client })
    .start();
  const ids = await run.result();
  await client.flush();
  const found = await listChildren(run.id);
  expect(found.map(({ requestId }) => requestId).sort()).toEqual([...ids].sort());
  // sent together, as one batch
  expect(new Set(found.map(({ batch }) => batch)).size).toBe(1);
  const [{ childRun } = { childRun: null }] = (await client.runs.get(run.id)).tasks;
  expect(ids).toContain(childRun);
});

test('cancelling a served flow cancels its hosted runs', async () => {
  const scans = client.createPipeline('scans', ['json-to-txt']);
  const json = join(await mkdtemp(join(tmpdir(), 'millrace-children-')), 'a.json');
  await writeFile(json, '[{"snippet": "one"}]');
  const slow = flow('slow', async () => {
    await scans.process(json, { downloadOutput: false, signal: currentSignal() });
  });
  const worker = await client.worker({ name: 'etl', serves: [slow] });
  onTestFinished(() => worker.close());
  const run = await client.start(slow, []);
  await expect.poll(() => listChildren(run.id)).toHaveLength(1);
  await run.cancel();
  expect(await run.wait()).toMatchObject({ state: 'cancelled' });
  expect(await listChildren(run.id)).toMatchObject([
    { of: 'scans', state: 'cancelled', error: { message: 'the run that it belongs to was cancelled' } },
  ]);
});
