import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { isMillraceError, signWebhook, verifyWebhook } from 'millrace';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const otherSecret = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
const event = { type: 'run.completed', timestamp: '2031-02-14T09:26:53.250Z', data: { name: 'señor-ñandú' } };
const body = JSON.stringify(event);

describe('verifyWebhook', () => {
  const rejectedCases: [string, () => unknown, RegExp][] = [
    [
      'another secret',
      () => verifyWebhook(body, { ...signWebhook(body, otherSecret) }, secret),
      /Either the secret is wrong/,
    ],
    [
      'a changed body',
      () => verifyWebhook(`${body} `, { ...signWebhook(body, secret) }, secret),
      /the body is not the raw/,
    ],
    [
      'another id',
      () => verifyWebhook(body, { ...signWebhook(body, secret), 'webhook-id': 'msg_2' }, secret),
      /No signature matches/,
    ],
    [
      'a signature cut short',
      () => verifyWebhook(body, { ...signWebhook(body, secret), 'webhook-signature': 'v1,' }, secret),
      /No signature matches/,
    ],
    [
      'an old message',
      () =>
        verifyWebhook(body, { ...signWebhook(body, secret, { timestamp: new Date(Date.now() - 301_000) }) }, secret),
      /timestamp to be within 300 s of the current time, got one that is 30\d s old/,
    ],
    [
      'a message from the future',
      () =>
        verifyWebhook(body, { ...signWebhook(body, secret, { timestamp: new Date(Date.now() + 400_000) }) }, secret),
      /ahead of this clock/,
    ],
    [
      'an invalid timestamp',
      () => verifyWebhook(body, { ...signWebhook(body, secret), 'webhook-timestamp': 'soon' }, secret),
      /to be Unix seconds, got 'soon'/,
    ],
    ['no headers', () => verifyWebhook(body, {}, secret), /Missing webhook-id header/],
    ['a parsed body', () => verifyWebhook(event as unknown as string, {}, secret), /got a parsed body/],
    [
      'a body that is not JSON',
      () => verifyWebhook('{', { ...signWebhook('{', secret) }, secret),
      /Expected a JSON body/,
    ],
    ['an unknown type', () => verifyWebhook('{}', { ...signWebhook('{}', secret) }, secret), /Expected a JSON body/],
  ];
  it.each(rejectedCases)('rejects %s with the reason', (_name, verify, message) => {
    expect(verify).toThrow(message);
    try {
      verify();
    } catch (error) {
      expect(isMillraceError(error, 'webhook')).toBe(true);
      expect(JSON.stringify(error)).not.toContain(secret.slice(6, 20));
    }
  });

  it('applies the tolerance and now options to the age of a message', () => {
    const headers = { ...signWebhook(body, secret, { timestamp: new Date(Date.now() - 301_000) }) };
    expect(verifyWebhook(body, headers, secret, { tolerance: 600 })).toEqual(event);
    expect(verifyWebhook(body, headers, secret, { now: new Date(Date.now() - 300_000) })).toEqual(event);
  });

  it('compares signatures in constant time', () => {
    const headers = { ...signWebhook(body, secret) };
    const wrong = headers['webhook-signature'].replace(/(?<=,)./, (letter) => (letter === 'A' ? 'B' : 'A'));
    const compare = vi.spyOn(crypto, 'timingSafeEqual');
    // named imports of the module see the spy too
    syncBuiltinESMExports();
    onTestFinished(() => {
      compare.mockRestore();
      syncBuiltinESMExports();
    });
    expect(() => verifyWebhook(body, { ...headers, 'webhook-signature': wrong }, secret)).toThrow(
      'No signature matches',
    );
    const [ours, theirs] = compare.mock.calls[0] ?? [];
    expect([ours, theirs]).toEqual([headers['webhook-signature'], wrong].map((signature) => Buffer.from(signature)));
  });
});
