import { checkWebhook } from 'millrace/shared/rules/webhook.js';
import { lookup } from 'node:dns/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { postMessage } from '../../src/webhooks/post-message.js';
import { isPublicAddress, lookupPublic, assertPublicHost } from '../../src/webhooks/public-address.js';

it.each(['8.8.8.8', '1.1.1.1', '172.15.0.1', '172.32.0.1', '2606:4700::1111', '2a00:1450:4001::1'])(
  '%s is a public address',
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);

it.each([
  ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.9.9.9', '169.254.169.254', '172.16.0.1', '172.31.255.255'],
  ...['192.168.1.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '::', '::1', 'fe80::1', 'fc00::1', 'fd12::1'],
  ...['ff02::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '64:ff9b::7f00:1', '2002:7f00:1::', '2001:db8::1', 'nonsense'],
])('%s is not a public address', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

it.each([
  ...['http://localhost/', 'http://x.localhost/', 'http://127.1/', 'http://0x7f000001/', 'http://2130706433/'],
  ...['http://0177.0.0.1/', 'http://[::1]/', 'http://[::ffff:7f00:1]/', 'http://169.254.169.254/latest/meta-data/'],
])('rejects %s without a DNS lookup', (url) => {
  expect(() => assertPublicHost(new URL(url))).toThrow(/is not a public address/);
});

it('rejects a name that resolves to this machine', async () => {
  expect((await lookup('localhost')).address).toMatch(/^(127\.|::1)/);
  for (const all of [true, false]) {
    const outcome = new Promise((resolve) => {
      lookupPublic('localhost', { all }, (error, address) => resolve({ error, address }));
    });
    expect(await outcome).toMatchObject({ error: { code: 'private_address' } });
  }
});

it('sends no request to a private address unless private addresses are allowed', async () => {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests++;
    response.end('x'.repeat(1_000_000));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const post = (allowPrivateAddresses: boolean) =>
    postMessage(
      { url, headers: {}, body: '{}' },
      { allowPrivateAddresses, timeoutMs: 20_000, signal: new AbortController().signal },
    );
  expect(await post(false)).toMatchObject({
    status: null,
    error: expect.stringContaining('not a public address') as string,
  });
  expect(requests).toBe(0);
  expect(await post(true)).toEqual({ status: 200, error: null });
});

it('fails with a timeout if the receiver never responds', async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { signal } = new AbortController();
  const outcome = await postMessage(
    { url, headers: {}, body: '{}' },
    { allowPrivateAddresses: true, timeoutMs: 200, signal },
  );
  expect(outcome).toEqual({ status: null, error: 'no response within 0.2 s' });
});

it.each(['http://localhost./', 'http://a.localhost./', 'http://127.0.0.1./'])(
  'rejects %s, which has a trailing dot',
  (url) => {
    expect(() => assertPublicHost(new URL(url))).toThrow('is not a public address');
  },
);

it.each(['https://example.org/a b', ' https://example.org', 'https://example.org/\r\nx'])(
  'rejects %j as the URL of a webhook',
  (url) => {
    expect(checkWebhook({ url }, { needsSecret: false }).map(({ message }) => message)).toEqual([
      expect.stringContaining('to have no whitespace or control characters'),
    ]);
  },
);
