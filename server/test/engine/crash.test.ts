import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isThorough } from '../../../test/support/thorough.js';
import type { AddedFile, HostedClient } from '../support/hosted-client.js';
import { startServerProcess } from '../support/server-process.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const chain = ['parser', 'json-to-txt', 'keyword-db'];
const count = isThorough ? 300 : 60;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.cleanup());

interface Plan {
  readonly name: string;
  readonly word: string;
  readonly idempotencyKey: string;
  file?: AddedFile;
}

/** Submits a file the way a careful client does: with a key, so that it may be sent again when the answer got lost. */
async function submit(client: HostedClient, plan: Plan): Promise<void> {
  const { body, text } = await client.process(
    'crash',
    chain,
    { file_name: plan.name },
    { 'Idempotency-Key': plan.idempotencyKey },
  );
  const form = body.presigned_post_url_results as typeof body.presigned_post_url_results | undefined;
  if (!form) throw new Error(`Expected a reservation, got ${text}`);
  const { status } = await client.upload(form, `First the ${plan.word}. Then nothing else.`);
  if (status !== 204) throw new Error(`Expected 204, got ${status}`);
  plan.file = { pipeline: 'crash', fileId: body.file_id, processId: body.request_id };
}

/** Works on the plans that are open, several at a time, until all are acknowledged or the server is gone. */
async function submitAll(client: HostedClient, plans: readonly Plan[]): Promise<void> {
  const open = plans.filter((plan) => !plan.file).values();
  const lane = async () => {
    for (const plan of open) await submit(client, plan);
  };
  await Promise.allSettled(Array.from({ length: 6 }, lane));
}

it('a server that is killed loses none of the files it has acknowledged, and does none twice', async () => {
  const plans = Array.from({ length: count }, (_, i): Plan => {
    return { name: `file-${i}.txt`, word: `zebra${i}x`, idempotencyKey: randomUUID() };
  });
  const acknowledged = () => plans.filter((plan) => plan.file).length;

  // killed while files come in
  const first = await startServerProcess(database.options);
  const submitting = submitAll(first.client, plans);
  await expect.poll(acknowledged, { timeout: 60_000 }).toBeGreaterThan(count * 0.4);
  await first.kill();
  await submitting;
  expect(acknowledged()).toBeLessThan(count);

  // killed while what is left is worked on
  const second = await startServerProcess(database.options);
  await submitAll(second.client, plans);
  expect(acknowledged()).toBe(count);
  const used = async (client: HostedClient) => (await client.capCheck()).body.units_used;
  await expect.poll(() => used(second.client), { timeout: 60_000 }).toBeGreaterThan(count * 0.6);
  await second.kill();

  const third = await startServerProcess(database.options);
  const { client, v1 } = third;
  for (const plan of plans) {
    const { body } = await v1.run(plan.file!.processId, '?wait=60');
    expect(body).toMatchObject({ state: 'completed', progress: { percent: 100 }, fileId: plan.file!.fileId });
  }
  expect(await used(client)).toBe(count);
  const { items } = (await client.list('crash')).body;
  expect(items.map((item) => item.file_name).sort()).toEqual(plans.map((plan) => plan.name).sort());
  const found = await client.keywordSearch('crash', plans.map((plan) => plan.word).join(' '));
  expect(found.body.items).toHaveLength(count);
  for (const item of found.body.items) {
    const plan = plans.find(({ file }) => file!.fileId === item.file_id)!;
    expect(item.search_results).toEqual([{ keyword: plan.word, line_number: 1, keyword_number: 3 }]);
    expect((await client.download(plan.file!)).subarray(0, 15).toString()).toBe('SQLite format 3');
  }
  expect(await third.stop()).toBe(0);
}, 300_000);

it('a server that is killed still knows a place that it has reserved', async () => {
  const first = await startServerProcess({ ...database.options, worker: false });
  const { body } = await first.client.process('reserved', ['parser']);
  await first.kill();
  const { client } = await startServerProcess({ ...database.options, worker: false });
  const form = { ...body.presigned_post_url_results, url: `${client.url}/_upload` };
  expect((await client.upload(form, 'It was kept. All of it.')).status).toBe(204);
}, 60_000);
