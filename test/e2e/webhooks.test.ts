import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isMillraceError, pipeline, verifyWebhook, type RunWebhookEvent } from 'millrace';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bytes, startLocalServer, type LocalServer } from '../support/local-server.js';

const runSecret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const file = bytes('The kettle sang while rain kept time on the roof. Nobody hurried.\n');

let server: LocalServer;
let secrets: string[] = [runSecret];
const events: RunWebhookEvent[] = [];
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    try {
      events.push(verifyWebhook(Buffer.concat(chunks), request.headers, secrets) as RunWebhookEvent);
      response.writeHead(204).end();
    } catch (error) {
      response.writeHead(400).end(String(error));
    }
  });
});
let url: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  server = await startLocalServer();
});
afterAll(async () => {
  await server.close();
  receiver.close();
});

it('a webhook of a run is called when the run completes', async () => {
  const client = server.connect();
  const notes = client.createPipeline('notes', ['parser']);
  const webhook = { url, secret: runSecret, events: ['run.completed'] as const };
  const run = await notes.process(file, { fileName: 'notes.txt', waitForProcess: false, webhook });
  await expect.poll(() => events.map(({ data }) => data.requestId)).toContain(run.requestId);
  const event = events.find(({ data }) => data.requestId === run.requestId);
  expect(event).toMatchObject({ type: 'run.completed', data: { state: 'completed', fileId: run.fileId } });
  await expect
    .poll(() => client.webhooks.deliveries({ requestId: run.requestId }))
    .toMatchObject([{ state: 'delivered', status: 204, webhookId: null }]);
});

it('a webhook of the account is called for reported runs until it is deleted', async () => {
  const client = server.connect();
  const { id, secret } = await client.webhooks.create({ url });
  secrets = [runSecret, secret];
  const clean = pipeline<{ raw: string }>('clean').step('trim', ({ raw }) => ({ text: raw.trim() }));
  await clean.run({ raw: ' hola ' }, { report: client });
  await client.flush();
  await expect.poll(() => events.map(({ data }) => data.of)).toContain('clean');
  await expect
    .poll(() => client.webhooks.list())
    .toMatchObject([{ id, url, pending: 0, deliveries: [{ type: 'run.completed', state: 'delivered' }] }]);
  await client.webhooks.delete(id);
  expect(await client.webhooks.list()).toEqual([]);
  const again = client.webhooks.delete(id);
  await expect(again).rejects.toSatisfy((error) => isMillraceError(error, 'not_found'));
});
