import { expect, it, onTestFinished, vi } from 'vitest';
import type { Reply } from '../support/fake-server.js';
import { apiKey, defaultLimits, hostedService, millraceService, hostedLimits } from '../support/hosted-service.js';

const all = { symbolicDirectoryPaths: ['/*'] };

it('recognizes a server with /v1 by its header, and uses its limits', async () => {
  const limits = { ...defaultLimits, k: 17 };
  const { client, requests } = await millraceService({}, {}, limits);
  expect(await client.serverInfo()).toEqual({ kind: 'millrace', version: '0.1.0', limits });
  expect(requests[0]?.headers['authorization']).toBe(`Bearer ${apiKey}`);
});

it.each<[string, Reply]>([
  ['404', { status: 404, json: { message: 'no route' } }],
  ['403', { status: 403, json: { message: 'Missing Authentication Token' } }],
  ['200 without the header', { status: 200, json: { message: 'welcome' } }],
])('treats a server that responds %s as a server of the hosted protocol', async (_name, reply) => {
  const { client } = await hostedService({ '/v1': reply });
  expect(await client.serverInfo()).toEqual({ kind: 'hosted', version: null, limits: hostedLimits });
});

it.each([200, 403, 404])('rejects a website that responds with a page and status %i', async (status) => {
  const { client } = await hostedService({ '/v1': { status, body: '<!doctype html><html></html>' } });
  await expect(client.listModules()).rejects.toMatchObject({
    code: 'response_shape',
    message: expect.stringMatching(/responded with a web page, so it is not a Millrace or Krixik server/) as string,
  });
});

it('sends one request for concurrent and later calls', async () => {
  const { client, to } = await millraceService();
  const pipeline = client.createPipeline('notes', ['parser']);
  await Promise.all([pipeline.list(all), pipeline.list(all), pipeline.showTree(), client.serverInfo()]);
  await pipeline.list(all);
  expect(to('/v1')).toHaveLength(1);
});

it('does not remember a failure', async () => {
  const { client, on } = await millraceService({ '/v1': { status: 500, json: {} } }, { maxRetries: 0 });
  await expect(client.serverInfo()).rejects.toMatchObject({ status: 500 });
  on('/v1', { headers: { 'millrace-api': '1' }, json: { name: 'millrace', version: '2', api: 1, limits: {} } });
  expect(await client.serverInfo()).toEqual({ kind: 'millrace', version: '2', limits: defaultLimits });
});

it('retries a server without /v1 after a minute, since the response may come from a proxy', async () => {
  const { client, to, on } = await hostedService({ '/v1': { status: 403, json: { message: 'denied' } } });
  const requestCount = () => to('/v1').filter(({ path }) => path === '/v1').length;
  const clock = vi.spyOn(performance, 'now');
  onTestFinished(() => clock.mockRestore());
  const start = performance.now();
  const setClock = (seconds: number) => clock.mockReturnValue(start + seconds * 1000);
  setClock(0);
  expect((await client.serverInfo()).kind).toBe('hosted');
  const modules = await client.listModules();
  expect(modules.length).toBeGreaterThan(1);
  on('/v1', { headers: { 'millrace-api': '1' }, json: { name: 'millrace', version: '2', api: 1, limits: {} } });
  on('/v1/modules', { json: { items: [] } });
  setClock(59);
  expect((await client.serverInfo()).kind).toBe('hosted');
  expect(requestCount()).toBe(1);
  setClock(61);
  expect((await client.serverInfo()).kind).toBe('millrace');
  expect(await client.listModules()).toEqual([]);
  setClock(100_000);
  await client.serverInfo();
  expect(requestCount()).toBe(2);
});

it('completes for the other callers when one of them aborts', async () => {
  let release: (reply: Reply) => void = () => undefined;
  const held = new Promise<Reply>((resolve) => (release = resolve));
  const { client, requests } = await millraceService({ '/v1': () => held });
  const stop = new AbortController();
  const first = client.serverInfo({ signal: stop.signal });
  const second = client.serverInfo();
  await expect.poll(() => requests.length).toBe(1);
  stop.abort(new Error('not I'));
  await expect(first).rejects.toThrow('not I');
  release({ headers: { 'millrace-api': '1' }, json: { name: 'millrace', version: '2', api: 1, limits: {} } });
  expect((await second).kind).toBe('millrace');
});

it('reports a rejected API key if the response has the header', async () => {
  const error = { code: 'unauthenticated', message: 'Expected a known API key', exchangeId: 'q' };
  const { client } = await millraceService({
    '/v1': { status: 401, headers: { 'millrace-api': '1' }, json: { error } },
  });
  await expect(client.serverInfo()).rejects.toMatchObject({ name: 'AuthenticationError', exchangeId: 'q' });
});

it('lists the modules of the server, or the built-in ones for the hosted service', async () => {
  const custom = {
    name: 'shout',
    input: 'text',
    output: 'text',
    inputKey: null,
    outputKey: null,
    defaultModel: 'loud',
    models: [{ name: 'loud', params: {}, available: true }],
  };
  const { client } = await millraceService({ '/v1/modules': { json: { items: [custom] } } });
  expect(await client.listModules()).toEqual([custom]);
  const hosted = await hostedService();
  expect((await hosted.client.listModules()).map((module) => module.name)).toEqual(client.modules);
});

it('verifies an API key with one request', async () => {
  const { client, requests } = await hostedService();
  await client.verify();
  expect(
    requests.map(({ method, path, headers, body }) => [method, path, headers['krixikapikey'], body.toString()]),
  ).toEqual([['POST', '/cli-checkin', apiKey, '"{}"']]);
  expect(requests[0]?.headers['content-type']).toBe('text/plain');
});

it('reports an unknown API key', async () => {
  const { client } = await hostedService({ '/cli-checkin': { status: 403, json: { message: 'Forbidden' } } });
  await expect(client.verify()).rejects.toMatchObject({ name: 'AuthenticationError', status: 403, retryable: false });
});

it.each([400, 403])('reports an API key whose role does not allow a call, with status %i', async (status) => {
  const json = { message: 'Expected a key with the role operator', code: 'forbidden' };
  const { client } = await hostedService({ '/cli-checkin': { status, json } });
  const error = { name: 'ForbiddenError', code: 'forbidden', status, retryable: false };
  await expect(client.verify()).rejects.toMatchObject(error);
});

it('names the target of a redirect', async () => {
  const { client } = await hostedService({
    '/cli-checkin': { status: 301, headers: { location: 'https://other.example/cli-checkin' } },
  });
  await expect(client.verify()).rejects.toThrow(/redirects to https:\/\/other\.example .*API URL/);
});
