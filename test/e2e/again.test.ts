import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { ApiError, flow, task, type Client, type Startable } from 'millrace';
import { startLocalServer, type LocalServer } from '../support/local-server.js';

let server: LocalServer;
let client: Client;
beforeAll(async () => {
  server = await startLocalServer();
  client = server.connect({ logLevel: 'off' });
});
afterAll(() => server.close());

async function startWorker(...serves: Startable[]) {
  const program = server.connect({ logLevel: 'off' });
  const worker = await program.worker({ name: 'etl', serves });
  onTestFinished(async () => {
    await worker.close();
    await program.close();
  });
}

test('a failed run resumes at the step that failed; a rerun from a step is a new run', async () => {
  const calls: string[] = [];
  const load = task('load', (url: string) => {
    calls.push(`load ${url}`);
    return `text of ${url}`;
  });
  let isBroken = true;
  const save = task('save', (text: string) => {
    calls.push('save');
    if (isBroken) throw new Error('the disk is full');
    return text.length;
  });
  const digest = flow('digest', async (url: string) => save(await load(url)));
  await startWorker(digest);
  const run = await client.start(digest, ['a']);
  expect(await run.wait()).toMatchObject({ state: 'failed' });
  await expect(client.runs.rerun(run.id, { from: 'mill' })).rejects.toThrow(/load-0 \(load\), save-0 \(save\)/);

  isBroken = false;
  expect(await client.runs.resume(run.id)).toMatchObject({ requestId: run.id, state: 'pending' });
  expect(await client.runs.wait(run.id)).toMatchObject({ state: 'completed', result: 9 });
  expect(calls).toEqual(['load a', 'save', 'save']);
  await expect(client.runs.resume(run.id)).rejects.toThrow(ApiError);

  const next = await client.runs.rerun(run.id, { from: 'save' });
  expect(next).toMatchObject({ rerunOf: run.id, tasks: [{ key: 'load-0', state: 'completed' }] });
  expect(await client.runs.wait(next.requestId)).toMatchObject({ state: 'completed', result: 9, rerunOf: run.id });
  expect(calls).toEqual(['load a', 'save', 'save', 'save']);

  const withNewInput = await client.runs.rerun(run.id, { input: ['long'] });
  expect(await client.runs.wait(withNewInput.requestId)).toMatchObject({ result: 12, input: ['long'] });
  expect(calls).toEqual(['load a', 'save', 'save', 'save', 'load long', 'save']);
});

test('a bulk job cancels, previews or reruns many runs', async () => {
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.push((await client.start('nobody-serves', [i])).id);
  const filter = { of: 'nobody-serves' } as const;
  const job = await client.runs.bulk('cancel', filter);
  const doneCounts: number[] = [];
  const ended = await job.wait({ onStatus: ({ done }) => doneCounts.push(done) });
  expect(ended).toMatchObject({ state: 'completed', matched: 5, done: 5, succeeded: 5, refused: [] });
  expect(doneCounts.at(-1)).toBe(5);
  expect(await client.runs.bulk('cancel', filter, { dryRun: true })).toMatchObject({
    matched: 5,
    eligible: 0,
    refused: [{ reason: 'it has already ended', count: 5 }],
  });
  expect(await (await client.runs.bulk('rerun', ids)).wait()).toMatchObject({ succeeded: 5 });
  expect((await client.runs.list(filter)).items.filter(({ state }) => state === 'pending')).toHaveLength(5);
  await expect(client.runs.bulk('delete', {})).rejects.toThrow(/would select every run/);
  await expect(client.runs.bulk('delete', ['x'])).rejects.toThrow(/a run id/);
});

test('keepInput of the call overrides that of the pipeline', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-again-'));
  const path = join(directory, 'mill.txt');
  await writeFile(path, 'The mill grinds.');
  const options = { downloadOutput: false } as const;
  const keepingPipeline = client.createPipeline('keeps', ['parser'], { keepInput: true });
  const kept = await keepingPipeline.process(path, options);
  expect(await client.files.input(kept.fileId, { localSaveDirectory: false })).toEqual({
    fileId: kept.fileId,
    fileName: expect.stringMatching(/\.txt$/) as string,
    path: null,
    content: Buffer.from('The mill grinds.'),
  });
  const { path: saved } = await client.files.input(kept.fileId, { localSaveDirectory: directory });
  expect(saved).toBe(join(directory, `${kept.fileId}.input.txt`));
  expect(await readFile(saved!, 'utf8')).toBe('The mill grinds.');
  const rerun = await client.runs.rerun(kept.requestId);
  expect(await client.runs.wait(rerun.requestId)).toMatchObject({ state: 'completed', fileId: kept.fileId });
  const deleted = await keepingPipeline.process(path, { ...options, fileName: 'other.txt', keepInput: false });
  await expect(client.runs.rerun(deleted.requestId)).rejects.toThrow(/keepInput/);
  await expect(client.files.input(deleted.fileId, { localSaveDirectory: false })).rejects.toThrow(/is not available/);
});
