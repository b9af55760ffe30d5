import { afterAll, beforeAll, expect, it } from 'vitest';
import { isThorough } from '../../../test/support/thorough.js';
import { blobFiles } from '../support/blob-files.js';
import type { AddedFile } from '../support/clients/hosted-client.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ concurrency: 2 });
});
afterAll(() => server.close());

/** Returns a function that generates the same pseudo-random numbers in every test run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % below;
  };
}

it('concurrent operations never fail, and leave files and runs in a consistent state', async () => {
  const { client, v1, dataDir } = server;
  const random = randomNumbers(20_310_214);
  const chains = { one: ['parser'], two: ['parser', 'json-to-txt'], three: ['json-to-txt', 'keyword-db'] };
  const files: AddedFile[] = [];
  const failures: string[] = [];
  const check = (response: { status: number; text: string }) => {
    if (response.status >= 500) failures.push(response.text);
  };
  const actions: ((file: AddedFile) => Promise<unknown>)[] = [
    async () => {
      const [pipeline, chain] = Object.entries(chains)[random(3)]!;
      const content = pipeline === 'three' ? '[{"snippet": "Chaos reigns here."}]' : 'Chaos reigns. Order waits.';
      const name = `file-${random(60)}.${pipeline === 'three' ? 'json' : 'txt'}`;
      const reserved = await client.process(pipeline, chain, { file_name: name });
      check(reserved);
      if (reserved.status !== 200) return;
      const { file_id: fileId, request_id: processId, presigned_post_url_results: form } = reserved.body;
      files.push({ pipeline, fileId, processId });
      check(await client.upload(form, random(8) === 0 ? 'no JSON' : content));
    },
    async (file) => check(await client.delete(file.pipeline, file.fileId)),
    async (file) => check(await client.update(file.pipeline, file.fileId, { file_name: `file-${random(60)}.txt` })),
    async (file) => check(await client.update(file.pipeline, file.fileId, { file_tags: [{ a: String(random(5)) }] })),
    async (file) => check(await v1.cancel(file.processId)),
    async (file) => check(await v1.call('DELETE', `/v1/runs/${file.processId}`)),
    async (file) => check(await v1.run(file.processId, '?wait=1&since=1')),
    async (file) => check(await client.fetchOutput(file.pipeline, file.fileId)),
    async (file) => check(await client.list(file.pipeline)),
    async () => check(await client.keywordSearch('three', 'chaos')),
  ];
  const callAtRandom = async () => {
    for (let step = 0; step < (isThorough ? 100 : 25); step += 1) {
      const file = files[random(files.length || 1)];
      const action = file && random(3) > 0 ? actions[1 + random(actions.length - 1)]! : actions[0]!;
      await action(file!);
    }
  };
  await Promise.all(Array.from({ length: 16 }, callAtRandom));
  expect(failures).toEqual([]);

  for (const { processId } of files) {
    const { status, body } = await v1.run(processId, '?wait=30');
    if (status === 200 && body.startedAt !== null) expect(body.finishedAt).not.toBeNull();
  }
  const lists = await Promise.all(Object.keys(chains).map((pipeline) => client.list(pipeline)));
  const ready = lists.flatMap(({ body }) => body.items);
  expect(new Set(ready.map((item) => `${item.pipeline} ${item.file_name.toLowerCase()}`)).size).toBe(ready.length);
  for (const item of ready) {
    expect((await v1.run(item.process_id)).body.state).toBe('completed');
    expect((await client.download({ pipeline: item.pipeline, fileId: item.file_id })).length).toBeGreaterThan(0);
  }
  const completed = (await v1.runs('?state=completed&limit=1000')).body.items.map((run) => run.fileId);
  expect(completed.sort()).toEqual(ready.map((item) => item.file_id).sort());
  // a failed run keeps the blobs that a resume needs; small contents are in the database, not on disk
  const failed = (await v1.runs('?state=failed&limit=1000')).body.items.length;
  await expect.poll(async () => (await blobFiles(dataDir)).length).toBeLessThanOrEqual(ready.length + failed);
  expect(ready.length).toBeGreaterThan(20);
}, 1_800_000);
