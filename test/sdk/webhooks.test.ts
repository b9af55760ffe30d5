import { signWebhook, verifyWebhook, type WebhookEvent } from 'millrace';
import { Webhook as IndependentWebhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { hostedService } from './support/hosted-service.js';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const otherSecret = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
const event = { type: 'run.completed', timestamp: '2031-02-14T09:26:53.250Z', data: { name: 'señor-ñandú' } };
const body = JSON.stringify(event);

describe('signWebhook()', () => {
  it('creates a signature that an independent implementation verifies', () => {
    const headers = signWebhook(body, secret);
    expect(new IndependentWebhook(secret).verify(body, { ...headers })).toEqual(event);
  });

  it('creates the same signature as an independent implementation for an ID and time', () => {
    const timestamp = new Date(1_700_000_000_900);
    const headers = signWebhook(Buffer.from(body), secret, { id: 'msg_1', timestamp });
    expect(headers).toEqual({
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1700000000',
      'webhook-signature': new IndependentWebhook(secret).sign('msg_1', timestamp, body),
    });
  });

  it.each(['', 'hunter2', 'whsec_', 'whsec_aHVudGVyMg==', `whsec_${'A'.repeat(400)}`])(
    'rejects the secret %j without showing it',
    (wrong) => {
      expect(() => signWebhook(body, wrong)).toThrow(/^secret: Expected the webhook secret to be `whsec_`|^Expected/);
      expect(() => signWebhook(body, wrong)).not.toThrow(/hunter2/);
    },
  );
});

describe('verifyWebhook()', () => {
  it('accepts a signature of an independent implementation, with a string or bytes', () => {
    const now = new Date();
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new IndependentWebhook(secret).sign('msg_1', now, body),
    };
    const read: WebhookEvent = verifyWebhook(body, headers, secret);
    expect(read).toEqual(event);
    expect(verifyWebhook(new TextEncoder().encode(body), new Headers(headers), secret)).toEqual(event);
    const upperCased = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]),
    );
    expect(verifyWebhook(body, upperCased, secret)).toEqual(event);
  });

  it('accepts several secrets and several signatures during a rotation', () => {
    const timestamp = new Date();
    const [one, two] = [secret, otherSecret].map((key) => signWebhook(body, key, { id: 'msg_1', timestamp }));
    expect(verifyWebhook(body, { ...one }, [otherSecret, secret])).toEqual(event);
    const both = `v1a,abc ${two?.['webhook-signature']} ${one?.['webhook-signature']}`;
    expect(verifyWebhook(body, { ...one, 'webhook-signature': both }, secret)).toEqual(event);
  });
});

describe('process({ webhook })', () => {
  const file = Buffer.from('The kettle sang while rain kept time on the roof.\n');

  it('rejects on a server that supports only the hosted protocol, without a reservation', async () => {
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
    ['a string', 'https://example.com', /webhook: Expected a webhook to be \{ url, secret \}/],
    ['no secret', { url: 'https://example.com' }, /webhook\[secret\]: Expected the webhook secret/],
    ['an invalid URL', { url: 'example.com', secret }, /webhook\[url\]: Expected the webhook URL/],
    [
      'an unknown event',
      { url: 'https://example.com', secret, events: ['done'] },
      /webhook\[events\]: .*run\.completed/,
    ],
  ])('rejects %s before any request', async (_name, webhook, message) => {
    const { client, requests } = await hostedService();
    const call = client.createPipeline('notes', ['parser']).process(file, { fileName: 'notes.txt', webhook } as object);
    await expect(call).rejects.toThrow(message);
    expect(requests).toEqual([]);
  });
});
