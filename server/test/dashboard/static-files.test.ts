import fs, { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { BuiltFiles } from '../../src/http/dashboard/built-files.js';
import { send } from '../support/clients/browser.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

const index = '<!doctype html><title>Millrace</title><script type="module" src="./assets/index-1a2b3c.js"></script>';
const script = `console.log(${JSON.stringify('wheel '.repeat(500))});`;

let directory: string;
let server: TestServer;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-dashboard-'));
  const dashboardDir = pathToFileURL(`${join(directory, 'dashboard')}/`);
  server = await startTestServer({ worker: false, dashboardDir });
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}) => send(server.url, path, { headers });

it('explains how to build the dashboard if it has not been built', async () => {
  const { status, text, headers } = await get('/ui/', { accept: 'text/html' });
  expect([status, headers['content-type']]).toEqual([404, 'text/html; charset=UTF-8']);
  expect(text).toContain('npm run build');
});

describe('the built dashboard', () => {
  beforeAll(async () => {
    const built = join(directory, 'dashboard');
    await mkdir(join(built, 'assets'), { recursive: true });
    await writeFile(join(directory, 'secret.txt'), 'the key of the mill');
    await writeFile(join(built, 'assets', 'index-1a2b3c.js'), script);
    await writeFile(join(built, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    await symlink(join(directory, 'secret.txt'), join(built, 'assets', 'link.txt'));
    await writeFile(join(built, 'index.html'), index);
  });

  it('is the target of redirects from / and /ui in a browser', async () => {
    for (const path of ['/', '/ui']) {
      const { status, headers } = await get(path, { accept: 'text/html,*/*' });
      expect([status, headers['location']]).toEqual([302, 'ui/']);
    }
    const { status, text } = await get('/', { accept: '*/*' });
    expect(status).toBe(404);
    expect(text).toContain('There is no endpoint GET /');
  });

  it.each(['/ui/', '/ui/index.html', '/ui/runs', '/ui/runs/339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10', '/ui/sign-in'])(
    'has a page at %s that loads only its own files, at any path of a proxy',
    async (path) => {
      const { status, text, headers } = await get(path);
      expect([status, text.replaceAll('../assets', './assets')]).toEqual([200, index]);
      const [, script] = /src="([^"]+)"/.exec(text) ?? [];
      const proxied = new URL(script!, `https://example.org/millrace${path}`);
      expect(proxied.pathname).toBe('/millrace/ui/assets/index-1a2b3c.js');
      expect(headers).toMatchObject({
        'content-type': expect.stringMatching(/^text\/html/) as string,
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
      const policy = headers['content-security-policy'] as string;
      expect(policy).toContain("default-src 'self'; img-src 'self' blob: data:");
      expect(policy).toContain("frame-ancestors 'none'; base-uri 'none'; form-action 'self'");
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
    },
  );

  it('has hashed files that are cached for a year, compressed as the browser accepts', async () => {
    const path = '/ui/assets/index-1a2b3c.js';
    const plain = await get(path);
    expect(plain.text).toBe(script);
    expect(plain.headers).toMatchObject({
      'content-type': expect.stringMatching(/^text\/javascript/) as string,
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    });
    const brotli = await get(path, { 'accept-encoding': 'gzip, deflate, br, zstd' });
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(brotli.body).toString()).toBe(script);
    const zipped = await get(path, { 'accept-encoding': 'gzip, br;q=0' });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(zipped.body).toString()).toBe(script);
    const etag = brotli.headers['etag'] as string;
    const again = await get(path, { 'accept-encoding': 'br', 'if-none-match': etag });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    expect((await get('/ui/favicon.svg', { 'accept-encoding': 'br' })).headers).toMatchObject({
      'content-type': expect.stringMatching(/^image\/svg\+xml/) as string,
      'cache-control': 'no-cache',
    });
    expect((await send(server.url, path, { method: 'HEAD' })).status).toBe(200);
  });

  it.each([
    '/ui/assets/index-old.js',
    '/ui/assets/unknown',
    '/ui/robots.txt',
    '/ui/assets/link.txt',
    '/ui/../secret.txt',
    '/ui/..%2fsecret.txt',
    '/ui/%2e%2e/secret.txt',
    '/ui/..%5csecret.txt',
    '/ui//etc/passwd.txt',
    '/ui/assets/../../secret.txt',
    '/ui/secret.txt%00.html',
  ])('has no file at %s', async (path) => {
    const { status, text } = await get(path);
    expect(status).toBe(404);
    expect(text).not.toContain('mill"');
    expect(text).not.toContain('the key of the mill');
  });

  it('is not served under an unknown host name', async () => {
    for (const path of ['/', '/ui/', '/ui/assets/index-1a2b3c.js']) {
      const { status, text, headers } = await get(path, { host: 'evil.example', accept: 'text/html' });
      expect([status, headers['content-type']]).toEqual([403, 'text/plain; charset=UTF-8']);
      expect(text).toContain("got 'evil.example'");
    }
    expect((await get('/ui/', { host: 'localhost:1' })).status).toBe(200);
    expect((await get('/health', { host: 'evil.example' })).status).toBe(200);
  });

  it.each(['readdir', 'readFile'] as const)('is read again after %s failed', async (name) => {
    const files = new BuiltFiles(pathToFileURL(`${join(directory, 'dashboard')}/`));
    const readIndex = async () => (await (await files.list()).get('index.html')?.read('identity'))?.content.toString();
    const original = fs[name] as (...args: unknown[]) => unknown;
    const fail = (...args: unknown[]) =>
      String(args[0]).startsWith(directory)
        ? Promise.reject(new Error('EMFILE: too many open files'))
        : original(...args);
    const mocked = vi.spyOn(fs, name).mockImplementation(fail as never);
    const restore = () => {
      mocked.mockRestore();
      syncBuiltinESMExports();
    };
    onTestFinished(restore);
    syncBuiltinESMExports();
    await expect(readIndex()).rejects.toThrow('EMFILE');
    restore();
    expect(await readIndex()).toBe(index);
  });

  it('is served in its new version after a rebuild', async () => {
    await writeFile(join(directory, 'dashboard', 'assets', 'index-9f9f9f.js'), script);
    await writeFile(join(directory, 'dashboard', 'index.html'), `${index}<p>new`);
    expect((await get('/ui/')).text).toBe(`${index}<p>new`);
    expect((await get('/ui/assets/index-9f9f9f.js')).status).toBe(200);
  });
});
