import { Client } from 'millrace';
import { parseProxy, proxyFromEnvironment, readProxyVariables } from 'millrace/settings/proxy.js';
import { describe, expect, it } from 'vitest';
import { fakeServer } from '../support/fake-server.js';
import { apiKey, hostedService } from '../support/hosted-service.js';

const proxyFor = (address: string, env: Record<string, string>) =>
  proxyFromEnvironment(new URL(address), readProxyVariables(env));

describe('the proxy of the environment', () => {
  const env = { HTTP_PROXY: 'http://plain:3128', HTTPS_PROXY: 'http://user:pa%40ss@secure:3129' };

  it('is chosen by the scheme of the URL', () => {
    expect(proxyFor('http://example.com', env)).toEqual({ protocol: 'http', host: 'plain', port: 3128 });
    expect(proxyFor('https://example.com', env)).toEqual({
      protocol: 'http',
      host: 'secure',
      port: 3129,
      auth: { username: 'user', password: 'pa@ss' },
    });
  });

  it('can be set in lower case with priority, for all schemes, and without a scheme', () => {
    expect(proxyFor('http://example.com', { ...env, http_proxy: 'lower:1' })).toMatchObject({ host: 'lower', port: 1 });
    expect(proxyFor('https://example.com', { ALL_PROXY: 'any:2' })).toMatchObject({ host: 'any', port: 2 });
  });

  it.each([
    'http://127.0.0.1:8418',
    'http://localhost:1',
    'http://[::1]:2',
    'http://api.localhost',
    'http://127.9.9.9',
  ])('is never used for %s', (address) => {
    expect(proxyFor(address, env)).toBe(false);
  });

  it.each([
    ['example.com', 'http://example.com', true],
    ['example.com', 'http://api.example.com', true],
    ['.example.com', 'http://api.example.com', true],
    ['*.example.com', 'http://api.example.com', true],
    ['example.com', 'http://notexample.com', false],
    ['example.com:8080', 'http://example.com:8080', true],
    ['example.com:8080', 'http://example.com', false],
    ['a.b, example.com', 'http://example.com', true],
    ['*', 'http://anything.at.all', true],
    ['10.0.0.1', 'http://10.0.0.1', true],
    ['::2', 'http://[::2]:80', true],
    ['2001:db8::1:80', 'http://[2001:db8::1:80]:8080', true],
    ['[::2]:8080', 'http://[::2]:8080', true],
    ['[::2]:8080', 'http://[::2]', false],
    ['', 'http://example.com', false],
  ])('respects NO_PROXY=%s for %s', (list, address, isDirect) => {
    expect(proxyFor(address, { ...env, NO_PROXY: list }) === false).toBe(isDirect);
  });
});

it('reads proxies with IPv6 addresses', () => {
  expect(parseProxy('http://[::2]:3128')).toEqual({ protocol: 'http', host: '::2', port: 3128 });
});

it('reads proxies with a password but no user name', () => {
  expect(parseProxy('http://:secret@proxy:3128').auth).toEqual({ username: '', password: 'secret' });
});

it('sends all requests through the proxy option, even to loopback addresses', async () => {
  const { url, requests } = await hostedService();
  const proxy = await fakeServer({ 'http://': { json: {} } });
  const client = new Client({ apiUrl: url, apiKey, proxy: proxy.url });
  await client.verify();
  expect(proxy.paths()).toEqual([`${url}/cli-checkin`]);
  expect(requests).toEqual([]);
  await client.close();
});

it('ignores the proxy of the environment with proxy: false', async () => {
  process.env['HTTP_PROXY'] = 'http://127.0.0.1:1';
  try {
    const { client } = await hostedService({}, { proxy: false });
    await client.verify();
  } finally {
    delete process.env['HTTP_PROXY'];
  }
});

it('uses the proxy of the environment for a remote address', async () => {
  const proxy = await fakeServer({ 'http://': { json: {} } });
  process.env['HTTP_PROXY'] = proxy.url;
  try {
    const client = new Client({ apiUrl: 'http://api.example.invalid', apiKey });
    await client.verify();
    expect(proxy.paths()).toEqual(['http://api.example.invalid/cli-checkin']);
    await client.close();
  } finally {
    delete process.env['HTTP_PROXY'];
  }
});

it('tunnels HTTPS through a proxy', async () => {
  const targets: string[] = [];
  const { createServer } = await import('node:http');
  const server = createServer();
  server.on('connect', (request, socket) => {
    targets.push(request.url ?? '');
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const client = new Client({
    apiUrl: 'https://api.example.invalid',
    apiKey,
    proxy: `http://127.0.0.1:${port}`,
    maxRetries: 0,
    logLevel: 'off',
  });
  await expect(client.verify()).rejects.toThrow();
  expect(targets).toEqual(['api.example.invalid:443']);
  await client.close();
  server.close();
});
