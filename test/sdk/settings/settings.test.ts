import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Client, ConfigurationError, ValidationError } from 'millrace';
import { resolveSettings } from 'millrace/settings/resolve-settings.js';
import { pino, type Level } from 'pino';
import { describe, expect, it } from 'vitest';
import { apiKey, hostedService } from '../support/hosted-service.js';
import { scratch } from '../support/scratch.js';

const key = 'abcdefghijklmnop';

async function createDataDirectory(credentials: unknown): Promise<string> {
  const directory = await scratch();
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'credentials.json'), JSON.stringify(credentials));
  return directory;
}

describe('the API URL and the API key', () => {
  const env = { MILLRACE_API_URL: 'http://env.example/', MILLRACE_API_KEY: 'key-of-env' };

  it('come from the options first', () => {
    const settings = resolveSettings({ apiUrl: 'http://mine.example/dev/', apiKey: key }, env);
    expect([settings.apiUrl, settings.apiKey]).toEqual(['http://mine.example/dev', key]);
  });

  it('come from the environment if the options do not set them', () => {
    const settings = resolveSettings({}, env);
    expect([settings.apiUrl, settings.apiKey]).toEqual(['http://env.example', 'key-of-env']);
  });

  it("come from the local server's credentials file last", async () => {
    const directory = await createDataDirectory({ apiUrl: 'http://127.0.0.1:8418', apiKey: key });
    const settings = resolveSettings({}, { MILLRACE_DATA: directory });
    expect([settings.apiUrl, settings.apiKey]).toEqual(['http://127.0.0.1:8418', key]);
  });

  it('come from the file only for the server that wrote it', async () => {
    const directory = await createDataDirectory({ apiUrl: 'http://127.0.0.1:8418', apiKey: key });
    const settings = resolveSettings({ apiUrl: 'http://other.example' }, { MILLRACE_DATA: directory });
    expect(settings.apiKey).toBeUndefined();
    expect(settings.missingAccessMessage).toMatch(/is not sent to any other/);
    const same = resolveSettings({ apiUrl: 'http://127.0.0.1:8418/' }, { MILLRACE_DATA: directory });
    expect(same.apiKey).toBe(key);
  });

  it.each(['127.0.0.1', '[::1]'])(
    'come from the file for localhost, with the address in the file: %s',
    async (host) => {
      const fileUrl = `http://${host}:8418`;
      const directory = await createDataDirectory({ apiUrl: fileUrl, apiKey: key });
      const settings = (apiUrl: string) => resolveSettings({ apiUrl }, { MILLRACE_DATA: directory });
      expect(settings('http://localhost:8418/')).toMatchObject({
        apiUrl: fileUrl,
        apiKey: key,
        missingAccessMessage: undefined,
      });
      for (const other of ['http://localhost:8419', 'https://localhost:8418', 'http://localhost.example:8418']) {
        expect(settings(other).apiKey).toBeUndefined();
      }
    },
  );

  it('must both come from the file if its URL is used and MILLRACE_DATA is relative', async () => {
    const directory = await createDataDirectory({ apiUrl: 'https://collects-keys.invalid', apiKey: key });
    const relativeEnv = { MILLRACE_DATA: relative(process.cwd(), directory) };
    expect(() => resolveSettings({}, { ...relativeEnv, MILLRACE_API_KEY: 'env-key-0123' })).toThrow(
      /not sent to https:\/\/collects-keys\.invalid/,
    );
    expect(() => resolveSettings({ apiKey: 'mine-012345' }, relativeEnv)).toThrow(ConfigurationError);
    expect(resolveSettings({}, relativeEnv).apiKey).toBe(key);
  });
});

it('an invalid API URL is not quoted if it may contain a password', () => {
  const create = () => new Client({ apiUrl: 'http://ana:5ecret-word@host:port', apiKey: key });
  expect(create).toThrow(/Expected .*API URL.* got an invalid URL/);
  expect(create).not.toThrow(/5ecret/);
});

describe('without an API URL or an API key', () => {
  it('the first request rejects and names all three ways to set them', async () => {
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

it('a client reads the environment once, when it is created', async () => {
  const { client } = await hostedService();
  process.env['MILLRACE_API_KEY'] = 'another-key';
  try {
    await client.verify();
  } finally {
    delete process.env['MILLRACE_API_KEY'];
  }
});

it('a client calls a function for the API key at every request', async () => {
  const { requests, url } = await hostedService();
  let calls = 0;
  const client = new Client({ apiUrl: url, apiKey: async () => `rotated-${++calls}` });
  await client.verify();
  await client.verify();
  expect(requests.map((seen) => seen.headers['krixikapikey'])).toEqual(['rotated-1', 'rotated-2']);
  await client.close();
});

it.each([undefined, '', 'two\nlines', 'e'])('a client rejects the API key %o from a function', async (given) => {
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
])('a client rejects the options %o', (options, message) => {
  const make = (): Client => new Client({ apiUrl: 'http://127.0.0.1:1', apiKey, ...options } as never);
  expect(make).toThrow(ValidationError);
  expect(make).toThrow(message);
});

it('a pino logger writes messages and fields with the adapter of the manual', () => {
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line) => void lines.push(line) });
  const at = (level: Level) => (message: string, fields?: object) => log[level](fields, message);
  const logger = { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
  const { log: clientLog } = resolveSettings({ apiKey, logLevel: 'debug', logger }, {});
  clientLog.warn('without fields');
  clientLog.debug('with fields', { status: 503 });
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { level: 40, msg: 'without fields' },
    { level: 20, msg: 'with fields', status: 503 },
  ]);
});

it('a client reports all invalid options at once', () => {
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

it('an API key in the environment is rejected if it is too short or has invalid characters', () => {
  const env = { MILLRACE_API_URL: 'http://127.0.0.1:1' };
  const resolve = (key: string) => () => resolveSettings({}, { ...env, MILLRACE_API_KEY: key });
  expect(resolve('e')).toThrow('Expected MILLRACE_API_KEY to be a key of at least 8 characters, got one of 1.');
  expect(resolve('two\nlines of it')).toThrow(/got one with invalid characters/);
});

it('an invalid log level in the environment is rejected', () => {
  expect(() => resolveSettings({}, { MILLRACE_LOG: 'loud' })).toThrow(ConfigurationError);
});

it('retryFor comes from the environment if the option is not set', () => {
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
