import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Client, ConfigurationError, ValidationError } from 'millrace';
import { resolveSettings } from 'millrace/settings/resolve-settings.js';
import { describe, expect, it } from 'vitest';
import { apiKey, hostedService } from '../support/hosted-service.js';
import { scratch } from '../support/scratch.js';

const key = 'abcdefghijklmnop';

async function dataWith(credentials: unknown): Promise<string> {
  const directory = await scratch();
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'credentials.json'), JSON.stringify(credentials));
  return directory;
}

describe('the address and the key come from', () => {
  const env = { MILLRACE_API_URL: 'http://env.example/', MILLRACE_API_KEY: 'key-of-env' };

  it('the options first', () => {
    const settings = resolveSettings({ apiUrl: 'http://mine.example/dev/', apiKey: key }, env);
    expect([settings.apiUrl, settings.apiKey]).toEqual(['http://mine.example/dev', key]);
  });

  it('then the environment', () => {
    const settings = resolveSettings({}, env);
    expect([settings.apiUrl, settings.apiKey]).toEqual(['http://env.example', 'key-of-env']);
  });

  it("then the local server's credentials file", async () => {
    const directory = await dataWith({ apiUrl: 'http://127.0.0.1:8418', apiKey: key });
    const settings = resolveSettings({}, { MILLRACE_DATA: directory });
    expect([settings.apiUrl, settings.apiKey]).toEqual(['http://127.0.0.1:8418', key]);
  });

  it('the file only for the server that wrote it', async () => {
    const directory = await dataWith({ apiUrl: 'http://127.0.0.1:8418', apiKey: key });
    const settings = resolveSettings({ apiUrl: 'http://other.example' }, { MILLRACE_DATA: directory });
    expect(settings.apiKey).toBeUndefined();
    expect(settings.missing).toMatch(/is not sent to any other/);
    const same = resolveSettings({ apiUrl: 'http://127.0.0.1:8418/' }, { MILLRACE_DATA: directory });
    expect(same.apiKey).toBe(key);
  });

  it.each(['127.0.0.1', '[::1]'])('the file for localhost too, at the address that the file has: %s', async (host) => {
    const own = `http://${host}:8418`;
    const directory = await dataWith({ apiUrl: own, apiKey: key });
    const settings = (apiUrl: string) => resolveSettings({ apiUrl }, { MILLRACE_DATA: directory });
    expect(settings('http://localhost:8418/')).toMatchObject({ apiUrl: own, apiKey: key, missing: undefined });
    for (const other of ['http://localhost:8419', 'https://localhost:8418', 'http://localhost.example:8418']) {
      expect(settings(other).apiKey).toBeUndefined();
    }
  });

  it('no other key for the address in a file that a relative MILLRACE_DATA finds in the working directory', async () => {
    const directory = await dataWith({ apiUrl: 'https://collects-keys.invalid', apiKey: key });
    const found = { MILLRACE_DATA: relative(process.cwd(), directory) };
    expect(() => resolveSettings({}, { ...found, MILLRACE_API_KEY: 'env-key-0123' })).toThrow(
      /not sent to https:\/\/collects-keys\.invalid/,
    );
    expect(() => resolveSettings({ apiKey: 'mine-012345' }, found)).toThrow(ConfigurationError);
    expect(resolveSettings({}, found).apiKey).toBe(key);
  });
});

describe('without an address or a key', () => {
  it('the first use says all three ways to give them', async () => {
    const directory = await scratch();
    const before = process.env['MILLRACE_DATA'];
    process.env['MILLRACE_DATA'] = directory;
    try {
      const client = new Client();
      client.createPipeline('notes', ['parser']);
      const failure = await client.verify().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(ConfigurationError);
      const { message } = failure as Error;
      for (const way of [
        'new Client({ apiUrl, apiKey })',
        'MILLRACE_API_URL',
        'MILLRACE_API_KEY',
        join(directory, 'credentials.json'),
      ]) {
        expect(message).toContain(way);
      }
    } finally {
      if (before === undefined) delete process.env['MILLRACE_DATA'];
      else process.env['MILLRACE_DATA'] = before;
    }
  });
});

it('reads the environment once, when it is made', async () => {
  const { client } = await hostedService();
  process.env['MILLRACE_API_KEY'] = 'another-key';
  try {
    await client.verify();
  } finally {
    delete process.env['MILLRACE_API_KEY'];
  }
});

it('asks a function for the key at every request', async () => {
  const { requests, url } = await hostedService();
  let calls = 0;
  const client = new Client({ apiUrl: url, apiKey: async () => `rotated-${++calls}` });
  await client.verify();
  await client.verify();
  expect(requests.map((seen) => seen.headers['krixikapikey'])).toEqual(['rotated-1', 'rotated-2']);
  await client.close();
});

it.each([undefined, '', 'two\nlines', 'e'])('refuses %o from such a function without repeating it', async (given) => {
  const client = new Client({ apiUrl: 'http://127.0.0.1:1', apiKey: () => given as string });
  await expect(client.verify()).rejects.toMatchObject({ code: 'configuration' });
});

it.each([
  [{ apiURL: 'http://x' }, /did you mean `apiUrl`/],
  [{ timeOut: 5 }, /did you mean `timeout`/],
  [{ frobnicate: true }, /got `frobnicate`/],
  [{ apiUrl: 'localhost:8418' }, /API URL/],
  [{ apiUrl: 'ftp://x' }, /scheme 'ftp:'/],
  [{ apiUrl: '' }, /got an empty string/],
  [{ apiUrl: 'http://x?a=1' }, /query/],
  [{ apiKey: 'e' }, /`apiKey` to be a key of at least 8 characters, or a function that returns one, got one of 1$/],
  [{ timeout: 0 }, /`timeout`/],
  [{ timeout: '60' }, /`timeout`/],
  [{ maxRetries: -1 }, /`maxRetries`/],
  [{ maxRetries: 1.5 }, /`maxRetries`/],
  [{ logLevel: 'loud' }, /`logLevel`/],
  [{ logger: {} }, /`logger`/],
  [{ proxy: 'socks5://x' }, /`proxy`/],
  [{ httpAgent: {} }, /`httpAgent`/],
])('refuses the options %o', (options, message) => {
  const make = (): Client => new Client({ apiUrl: 'http://127.0.0.1:1', apiKey, ...options } as never);
  expect(make).toThrow(ValidationError);
  expect(make).toThrow(message);
});

it('says everything that is wrong at once', () => {
  try {
    new Client({ timeout: -1, maxRetries: -1, nope: 1 } as never);
    expect.unreachable();
  } catch (error) {
    expect((error as ValidationError).issues.map((issue) => issue.path)).toEqual([
      ['nope'],
      ['timeout'],
      ['maxRetries'],
    ]);
  }
});

it('refuses a key in the environment that is too short or cannot be sent', () => {
  const env = { MILLRACE_API_URL: 'http://127.0.0.1:1' };
  const resolve = (key: string) => () => resolveSettings({}, { ...env, MILLRACE_API_KEY: key });
  expect(resolve('e')).toThrow('Expected MILLRACE_API_KEY to be a key of at least 8 characters, got one of 1.');
  expect(resolve('two\nlines of it')).toThrow(/got one with invalid characters/);
});

it('refuses a level in the environment that is none', () => {
  expect(() => resolveSettings({}, { MILLRACE_LOG: 'loud' })).toThrow(ConfigurationError);
});

it('takes how long to wait for a server from the environment, below the option', () => {
  const retryFor = (text: string, options = {}) => resolveSettings(options, { MILLRACE_RETRY_FOR: text }).retryFor;
  expect(retryFor('5000')).toBe(5000);
  expect(retryFor('0')).toBe(0);
  expect(retryFor('Infinity')).toBe(Infinity);
  expect(retryFor('')).toBe(300_000);
  expect(retryFor('5000', { retryFor: 7 })).toBe(7);
  for (const text of ['5s', '-1', '1.5', 'forever']) {
    expect(() => retryFor(text)).toThrow(
      `Expected MILLRACE_RETRY_FOR to be a whole number of milliseconds, at least 0, or Infinity, got '${text}'.`,
    );
  }
});
