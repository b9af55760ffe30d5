import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, pipeline, verifyWebhook } from 'millrace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCliServer, type CliServer } from './support/cli-server.js';
import { temporaryDirectory } from './support/temporary-directory.js';

const customSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const messages: { headers: IncomingHttpHeaders; body: string }[] = [];
const receiver = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += String(chunk)));
  request.on('end', () => {
    messages.push({ headers: request.headers, body });
    response.writeHead(204).end();
  });
});

let served: CliServer;
let client: Client;
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  served = await startCliServer('--no-worker');
  client = new Client({ apiUrl: served.url, apiKey: served.apiKey });
});
afterAll(async () => {
  await client.close();
  receiver.close();
  await served.close();
});

const listIds = async () => (await client.webhooks.list()).map(({ id }) => id);

async function addWebhook(...args: string[]): Promise<string> {
  const { stdout } = await served.run(['webhooks', 'add', url, '--json', ...args]);
  return (JSON.parse(stdout) as { id: string }).id;
}

describe('millrace webhooks', () => {
  it('adds a webhook and prints its secret once, lists and repeats deliveries, and deletes the webhook', async () => {
    const added = await served.run(['webhooks', 'add', url]);
    expect(added).toMatchObject({ code: 0, stderr: '' });
    const [, id = '', secret = ''] =
      /^webhook +(\S+)\nurl +http.*\nevents +run\.completed, .*\nsecret +(whsec_\S+) \(shown only once\)\n$/.exec(
        added.stdout,
      ) ?? [];
    expect(id).not.toBe('');

    const run = pipeline('greet').step('hello', () => undefined);
    const { requestId } = await run.start({}, { report: client }).wait();
    await client.flush();
    const deliveries = ['webhooks', 'deliveries', '--run', requestId, '--webhook', id];
    await expect.poll(async () => (await served.run(deliveries)).stdout).toMatch(/ delivered, 204$/m);
    expect((await served.run(deliveries)).stdout).toMatch(
      new RegExp(`^(msg_\\S+) +${requestId} +run\\.completed +\\d{4}-\\S+ \\S+Z +1 +${id} +delivered, 204$`, 'm'),
    );
    expect(verifyWebhook(messages[0]?.body ?? '', messages[0]?.headers ?? {}, secret).data).toMatchObject({
      requestId,
    });

    const [message = ''] = /msg_\S+/.exec((await served.run(deliveries)).stdout) ?? [];
    expect(await served.run(['webhooks', 'redeliver', message])).toMatchObject({
      code: 0,
      stdout: `sending ${message} again\n`,
    });
    await expect.poll(() => messages.map(({ headers }) => headers['webhook-id'])).toEqual([message, message]);
    await expect.poll(async () => (await served.run(deliveries)).stdout).toMatch(/ delivered, 204$/m);

    const listed = await served.run(['webhooks']);
    expect(listed.stdout).toMatch(/^WEBHOOK ID +URL +EVENTS +PENDING +DROPPED +LAST DELIVERY\n/);
    expect(listed.stdout).toMatch(new RegExp(`^${id} +http\\S+ +run\\.completed,\\S+ +0 +0 +delivered, 204$`, 'm'));
    expect(listed.stdout).not.toContain('whsec_');

    const deletion = ['webhooks', 'delete', id];
    expect(await served.run(deletion)).toEqual({ code: 0, stdout: `deleted ${id}\n`, stderr: '' });
    expect(await listIds()).not.toContain(id);
    expect((await served.run(deletion)).code).toBe(5);
  });

  it('accepts events and a secret from a file, which it never prints', async () => {
    const file = join(temporaryDirectory(), 'secret');
    writeFileSync(file, `${customSecret}\n`);
    const args = ['webhooks', 'add', url, '--events', 'run.failed,run.crashed', '--secret-file', file];
    const added = await served.run(args);
    expect(added).toMatchObject({ code: 0, stderr: '' });
    expect(added.stdout).toMatch(/^events +run\.failed, run\.crashed$/m);
    const document = await served.run([...args, '--json']);
    const { id: second, ...rest } = JSON.parse(document.stdout) as { id: string };
    expect(rest).toMatchObject({ url, events: ['run.failed', 'run.crashed'] });
    expect(added.stdout + document.stdout).not.toMatch(/whsec_|secret/);
    const id = /^webhook +(\S+)/.exec(added.stdout)?.[1] ?? '';
    expect(await listIds()).toEqual(expect.arrayContaining([id, second]));
    await client.webhooks.delete(id);
    await client.webhooks.delete(second);
  });

  it('prints JSON with --json', async () => {
    const id = await addWebhook();
    const listed = JSON.parse((await served.run(['webhooks', '--json'])).stdout) as { items: object[] };
    expect(listed.items).toContainEqual(expect.objectContaining({ id, url, pending: 0, deliveries: [] }));
    const deliveries = await served.run(['webhooks', 'deliveries', '--webhook', id, '--json']);
    expect(JSON.parse(deliveries.stdout)).toEqual({ items: [] });
    const deleted = await served.run(['webhooks', 'delete', id, '--json']);
    expect(JSON.parse(deleted.stdout)).toEqual({ deleted: [id] });
  });

  it.each([
    [['list'], /Expected add, delete, deliveries or redeliver after 'webhooks', got 'list'/],
    [['add'], /Missing webhook URL/],
    [['add', 'ftp://example.com'], /http:\/\/ or https:\/\//],
    [['add', 'https://example.com', '--events', 'run.started'], /one or more of run\.completed/],
    [
      ['add', 'https://example.com', '--secret-file', '/dev/null'],
      /`whsec_` followed by 24 to 64 random bytes in base64/,
    ],
    [['add', 'https://example.com', '--secret-file', '/nowhere'], /secret-file.*\/nowhere/],
    [['delete'], /Missing webhook id/],
    [['delete', 'mine'], /webhook id/],
    [['redeliver'], /Missing delivery id/],
    [['redeliver', 'mine'], /Expected a delivery id such as/],
    [['deliveries', 'all'], /Unexpected argument 'all'/],
    [['deliveries', '--limit', '0'], /--limit/],
    [['--run', 'r'], /--run can only be used with deliveries, not without an action/],
    [['deliveries', '--events', 'run.failed'], /--events can only be used with add, not with deliveries/],
    [['add', 'https://example.com', '--limit', '2'], /--limit can only be used with deliveries, not with add/],
    [['delete', 'mine', '--secret-file', 'f'], /--secret-file can only be used with add, not with delete/],
  ])('rejects %o', async (args, message) => {
    const { code, stderr } = await served.run(['webhooks', ...args]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
