import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { CreatedWebhook, WebhookDelivery } from 'millrace/shared/types/webhook.js';
import { Webhook as Independent } from 'standardwebhooks';
import { expect, it, onTestFinished } from 'vitest';
import { startServer } from '../../src/index.js';
import { exportDatabase } from '../../src/store/export-import/export-database.js';
import { openDatabase } from '../../src/store/open-database.js';
import { HostedClient } from '../support/clients/hosted-client.js';
import { ReportedRunDriver } from '../support/clients/events.js';
import { createTestDatabase, type TestDatabase } from '../support/database/test-database.js';
import { V1Client } from '../support/clients/v1-client.js';
import { startReceiver } from '../support/webhook-receiver.js';

const runSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

async function start({ options }: TestDatabase) {
  const settings = { port: 0, sweepSeconds: 0.2, graceSeconds: 0.1, worker: false, webhookRetrySeconds: [] };
  const server = await startServer({ ...options, ...settings });
  onTestFinished(() => server.close());
  const v1 = new V1Client(server.url, server.apiKey);
  return {
    v1,
    close: () => server.close(),
    hosted: new HostedClient(server.url, server.apiKey),
    endRun: async () => {
      const run = new ReportedRunDriver(v1);
      await run.begin();
      await run.send({ type: 'run-state', state: 'completed', result: null });
    },
    deliveries: async () => (await v1.get<{ items: WebhookDelivery[] }>('/v1/webhooks/deliveries')).body.items,
  };
}

async function exportToText({ options }: TestDatabase): Promise<string> {
  const db = await openDatabase(options);
  const output = new PassThrough();
  const all = text(output);
  try {
    await exportDatabase(db, output);
  } finally {
    await db.close();
  }
  return all;
}

it('webhook secrets are not in exports, sign after a restart, and are lost with the key file', async () => {
  const receiver = await startReceiver();
  // the first server stops before this delivery, so the next one makes it
  receiver.replies = [() => undefined, 204];
  const database = await createTestDatabase();
  onTestFinished(() => database.cleanup());

  const first = await start(database);
  const { body: created } = await first.v1.post<CreatedWebhook>('/v1/webhooks', { url: receiver.url });
  const webhook = { url: receiver.url, secret: runSecret };
  await first.hosted.process('hooked', ['parser'], { file_name: 'notes.txt', webhook } as object);
  await first.endRun();
  await expect.poll(() => receiver.received.length).toBe(1);
  await first.close();

  const dump = await exportToText(database);
  expect(dump).toContain(receiver.url);
  expect(dump.match(/sealed1:/g)?.length).toBeGreaterThanOrEqual(2);
  for (const secret of [created.secret, runSecret]) expect(dump).not.toContain(secret.slice('whsec_'.length, -1));

  const second = await start(database);
  await expect.poll(second.deliveries).toMatchObject([{ state: 'delivered' }]);
  const { headers, body } = receiver.received.at(-1)!;
  const at = new Date(Number(headers['webhook-timestamp']) * 1000);
  const expected = new Independent(created.secret).sign(headers['webhook-id'] as string, at, body);
  expect(headers['webhook-signature']).toBe(expected);
  await second.close();

  await rm(join(database.options.dataDir, 'webhook.key'));
  const third = await start(database);
  const sent = receiver.received.length;
  await third.endRun();
  await expect
    .poll(async () => (await third.deliveries())[0])
    .toMatchObject({ state: 'failed', error: expect.stringContaining('recreate the webhook') as string });
  expect(receiver.received).toHaveLength(sent);
});
