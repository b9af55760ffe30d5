import { signWebhook, verifyWebhook, type WebhookEvent } from 'millrace';
import { Webhook as Independent } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { hostedService } from './support/hosted-service.js';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const other = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
const event = { type: 'run.completed', timestamp: '2031-02-14T09:26:53.250Z', data: { name: 'señor-ñandú' } };
const body = JSON.stringify(event);

describe('signWebhook', () => {
  it('signs what an independent implementation verifies', () => {
    const headers = signWebhook(body, secret);
    expect(new Independent(secret).verify(body, { ...headers })).toEqual(event);
  });

  it('signs as that one does, with the id and time given', () => {
    const timestamp = new Date(1_700_000_000_900);
    const headers = signWebhook(Buffer.from(body), secret, { id: 'msg_1', timestamp });
    expect(headers).toEqual({
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1700000000',
      'webhook-signature': new Independent(secret).sign('msg_1', timestamp, body),
    });
  });

  it.each(['', 'hunter2', 'whsec_', 'whsec_aHVudGVyMg==', `whsec_${'A'.repeat(400)}`])(
    'refuses %j as a secret, and does not repeat it',
    (wrong) => {
      expect(() => signWebhook(body, wrong)).toThrow(/^secret: Expected the webhook secret to be `whsec_`|^Expected/);
      expect(() => signWebhook(body, wrong)).not.toThrow(/hunter2/);
    },
  );
});

describe('verifyWebhook', () => {
  it('reads what an independent implementation signed, from text and from bytes', () => {
    const now = new Date();
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Independent(secret).sign('msg_1', now, body),
    };
    const read: WebhookEvent = verifyWebhook(body, headers, secret);
    expect(read).toEqual(event);
    expect(verifyWebhook(new TextEncoder().encode(body), new Headers(headers), secret)).toEqual(event);
    const spelled = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]));
    expect(verifyWebhook(body, spelled, secret)).toEqual(event);
  });

  it('takes several secrets, and several signatures, while one replaces another', () => {
    const timestamp = new Date();
    const [one, two] = [secret, other].map((key) => signWebhook(body, key, { id: 'msg_1', timestamp }));
    expect(verifyWebhook(body, { ...one }, [other, secret])).toEqual(event);
    const both = `v1a,abc ${two?.['webhook-signature']} ${one?.['webhook-signature']}`;
    expect(verifyWebhook(body, { ...one, 'webhook-signature': both }, secret)).toEqual(event);
  });
});

describe('process({ webhook })', () => {
  const file = Buffer.from('The kettle sang while rain kept time on the roof.\n');

  it('on a server that speaks the hosted protocol only says so, and reserves nothing', async () => {
    const { client, to } = await hostedService();
    const webhook = { url: 'https://example.com/hook', secret };
    const call = client.createPipeline('notes', ['parser']).process(file, { fileName: 'notes.txt', webhook });
    await expect(call).rejects.toMatchObject({
      code: 'validation',
      message: expect.stringContaining('supports webhooks') as string,
    });
    expect(to('/krixik-core-process')).toEqual([]);
    await expect(client.webhooks.list()).rejects.toMatchObject({ code: 'configuration' });
  });

  it.each([
    ['a bare address', 'https://example.com', /webhook: Expected a webhook to be \{ url, secret \}/],
    ['no secret', { url: 'https://example.com' }, /webhook\[secret\]: Expected the webhook secret/],
    ['an address that is none', { url: 'example.com', secret }, /webhook\[url\]: Expected the webhook URL/],
    [
      'an unknown event',
      { url: 'https://example.com', secret, events: ['done'] },
      /webhook\[events\]: .*run\.completed/,
    ],
  ])('refuses %s before anything is sent', async (_name, webhook, message) => {
    const { client, requests } = await hostedService();
    const call = client.createPipeline('notes', ['parser']).process(file, { fileName: 'notes.txt', webhook } as object);
    await expect(call).rejects.toThrow(message);
    expect(requests).toEqual([]);
  });
});
