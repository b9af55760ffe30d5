import type { WebhookDelivery } from 'millrace/shared/types/webhook.js';
import { describe, expect, it } from 'vitest';
import { ReportedRunDriver } from '../support/clients/events.js';
import { startServerProcess } from '../support/server-process.js';
import { createTestDatabase } from '../support/database/test-database.js';
import { startReceiver } from '../support/webhook-receiver.js';

describe('a server that does not allow private addresses', () => {
  it('rejects new webhooks with private addresses, and sends nothing to existing ones', async () => {
    const receiver = await startReceiver();
    const database = await createTestDatabase();
    const settings = { ...database.options, port: 0, sweepSeconds: 0.2, webhookRetrySeconds: [] };
    const open = await startServerProcess({ ...settings, webhookPrivateAddresses: true });
    await open.v1.post('/v1/webhooks', { url: receiver.url });
    await open.stop();
    const shut = await startServerProcess({ ...settings, webhookPrivateAddresses: false });
    for (const url of [receiver.url, 'http://localhost:1/', 'http://0x7f.1/', 'http://[::ffff:10.0.0.1]/']) {
      expect((await shut.v1.post('/v1/webhooks', { url })).status, url).toBe(400);
    }
    const run = new ReportedRunDriver(shut.v1);
    await run.begin();
    await run.send({ type: 'run-state', state: 'completed', result: null });
    const list = async () =>
      (await shut.v1.get<{ items: WebhookDelivery[] }>(`/v1/webhooks/deliveries?run=${run.id}`)).body.items;
    await expect
      .poll(list)
      .toMatchObject([
        { state: 'failed', error: expect.stringContaining('127.0.0.1 is not a public address') as string },
      ]);
    expect(receiver.received).toEqual([]);
    await shut.kill();
    await database.cleanup();
  });
});

it('a webhook is delivered after a restart if the server was killed between two attempts', async () => {
  const receiver = await startReceiver();
  receiver.replies = [500, 200];
  const database = await createTestDatabase();
  const settings = { ...database.options, port: 0, sweepSeconds: 0.2, webhookRetrySeconds: [0.5, 0.5, 0.5, 0.5] };
  const first = await startServerProcess({ ...settings, webhookRetrySeconds: [3] });
  await first.v1.post('/v1/webhooks', { url: receiver.url });
  const run = new ReportedRunDriver(first.v1);
  await run.begin();
  await run.send({ type: 'run-state', state: 'completed', result: null });
  const list = () => first.v1.get<{ items: WebhookDelivery[] }>('/v1/webhooks/deliveries');
  await expect.poll(async () => (await list()).body.items).toMatchObject([{ attempts: 1, status: 500 }]);
  await first.kill();
  const second = await startServerProcess(settings);
  await expect.poll(() => receiver.received.length).toBeGreaterThan(1);
  expect(new Set(receiver.received.map(({ event }) => event.data.requestId))).toEqual(new Set([run.id]));
  await second.kill();
  await database.cleanup();
});
