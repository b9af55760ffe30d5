import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isThorough } from '../../../test/support/thorough.js';
import type { AddedFile } from '../support/clients/hosted-client.js';
import { startServerProcess } from '../support/server-process.js';
import { createTestDatabase, type TestDatabase } from '../support/database/test-database.js';

const chain = ['parser', 'json-to-txt', 'keyword-db'];
const count = isThorough ? 300 : 60;
// at each kill, more files must be left than are in flight, because those can still be acknowledged while the server dies
const grouped = isThorough ? { files: 1000, kills: 25 } : { files: 100, kills: 4 };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.cleanup());

type Server = Awaited<ReturnType<typeof startServerProcess>>;

interface Plan {
  readonly pipeline: string;
  readonly name: string;
  readonly word: string;
  readonly idempotencyKey: string;
  file?: AddedFile;
}

function makePlans(pipeline: string, length: number): Plan[] {
  return Array.from({ length }, (_, i) => ({
    pipeline,
    name: `file-${i}.txt`,
    word: `zebra${i}x`,
    idempotencyKey: randomUUID(),
  }));
}

const textOf = (plan: Plan) => `First the ${plan.word}. Then nothing else.`;
const countAcknowledged = (plans: readonly Plan[]) => plans.filter((plan) => plan.file).length;
const readUnitsUsed = async ({ client }: Server) => (await client.capCheck()).body.units_used;

/** Submits a file with an idempotency key, so that the request can be repeated if its response is lost. */
async function submit({ client }: Server, plan: Plan): Promise<void> {
  const { body, text } = await client.process(
    plan.pipeline,
    chain,
    { file_name: plan.name },
    { 'Idempotency-Key': plan.idempotencyKey },
  );
  const form = body.presigned_post_url_results as typeof body.presigned_post_url_results | undefined;
  if (!form) throw new Error(`Expected a reservation, got ${text}`);
  const { status } = await client.upload(form, textOf(plan));
  if (status !== 204) throw new Error(`Expected 204, got ${status}`);
  plan.file = { pipeline: plan.pipeline, fileId: body.file_id, processId: body.request_id };
}

/** Submits a small file in one request. */
async function submitInOneRequest({ client }: Server, plan: Plan): Promise<void> {
  const content = Buffer.from(textOf(plan)).toString('base64');
  const headers = { 'Idempotency-Key': plan.idempotencyKey };
  const { status, body } = await client.process(
    plan.pipeline,
    ['keyword-db'],
    { file_name: plan.name, content },
    headers,
  );
  if (status !== 200) throw new Error(`Expected 200, got ${status}`);
  plan.file = { pipeline: plan.pipeline, fileId: body.file_id, processId: body.request_id };
}

/** Submits the files that are not yet acknowledged, several at a time. Kills the server after `killAfter` acknowledgements. */
async function submitAll(
  server: Server,
  plans: readonly Plan[],
  { send = submit, concurrency = 6, killAfter = Infinity } = {},
): Promise<void> {
  const open = plans.filter((plan) => !plan.file).values();
  const submitNext = async () => {
    for (const plan of open) {
      await send(server, plan);
      if (countAcknowledged(plans) >= killAfter) return server.kill();
    }
  };
  await Promise.allSettled(Array.from({ length: concurrency }, submitNext));
}

/** Expects each file to be completed exactly once, and to be found by a search. */
async function expectAllDone(server: Server, plans: readonly Plan[], usedBefore: number): Promise<void> {
  const { client, v1 } = server;
  const [{ pipeline } = { pipeline: '' }] = plans;
  for (const plan of plans) {
    const { body } = await v1.run(plan.file!.processId, '?wait=60');
    expect(body).toMatchObject({ state: 'completed', progress: { percent: 100 }, fileId: plan.file!.fileId });
  }
  expect(await readUnitsUsed(server)).toBe(usedBefore + plans.length);
  const { items } = (await client.list(pipeline)).body;
  expect(items.map((item) => item.file_name).sort()).toEqual(plans.map((plan) => plan.name).sort());
  // the number of words in a query is limited
  for (let at = 0; at < plans.length; at += 50) {
    const group = plans.slice(at, at + 50);
    const found = await client.keywordSearch(pipeline, group.map((plan) => plan.word).join(' '));
    expect(found.body.items).toHaveLength(group.length);
    for (const item of found.body.items) {
      const plan = group.find(({ file }) => file!.fileId === item.file_id)!;
      expect(item.search_results).toEqual([{ keyword: plan.word, line_number: 1, keyword_number: 3 }]);
      expect((await client.download(plan.file!)).subarray(0, 15).toString()).toBe('SQLite format 3');
    }
  }
}

it('a killed server loses no acknowledged file and processes none twice', async () => {
  const plans = makePlans('crash', count);

  // killed while files are submitted
  await submitAll(await startServerProcess(database.options), plans, { killAfter: count * 0.4 });
  expect(countAcknowledged(plans)).toBeLessThan(count);

  // killed while the remaining files are processed
  const second = await startServerProcess(database.options);
  await submitAll(second, plans);
  expect(countAcknowledged(plans)).toBe(count);
  await expect.poll(() => readUnitsUsed(second)).toBeGreaterThan(count * 0.6);
  await second.kill();

  const third = await startServerProcess(database.options);
  await expectAllDone(third, plans, 0);
  expect(await third.stop()).toBe(0);
});

it('a server that is killed repeatedly neither loses nor duplicates files that share transactions', async () => {
  const { files, kills } = grouped;
  const plans = makePlans('grouped', files);
  let server = await startServerProcess(database.options);
  const before = await readUnitsUsed(server);
  for (let kill = 1; kill <= kills; kill++) {
    // vary how many files share a transaction
    const concurrency = 1 + ((kill * 11) % 40);
    await submitAll(server, plans, { send: submitInOneRequest, concurrency, killAfter: (files * kill) / (kills + 1) });
    expect(countAcknowledged(plans)).toBeLessThan(files);
    server = await startServerProcess(database.options);
  }
  await submitAll(server, plans, { send: submitInOneRequest });
  await expectAllDone(server, plans, before);
  expect(await server.stop()).toBe(0);
}, 1_200_000);

it('a killed server still accepts the upload of a file that it has reserved', async () => {
  const first = await startServerProcess({ ...database.options, worker: false });
  const { body } = await first.client.process('reserved', ['parser']);
  await first.kill();
  const { client } = await startServerProcess({ ...database.options, worker: false });
  const form = { ...body.presigned_post_url_results, url: `${client.url}/_upload` };
  expect((await client.upload(form, 'It was kept. All of it.')).status).toBe(204);
});
