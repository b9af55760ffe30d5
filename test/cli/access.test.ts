import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startFakeServer } from './support/fake-server.js';
import { runInProcess } from './support/run-in-process.js';
import { millrace } from './support/run-millrace.js';
import { temporaryDirectory } from './support/temporary-directory.js';

const makeKey = (name: string) => `key-${name}-0123456789abcdef`;

/** Starts a fake server that accepts every key. */
const startPermissiveServer = () => startFakeServer(200, { message: 'ok' });

interface WhoamiOptions {
  readonly env?: Record<string, string>;
  readonly dotEnv?: string;
  readonly credentials?: unknown;
  /** The directory of the credentials file. Default: `.millrace` in the working directory, which is also the home directory. */
  readonly data?: string;
  readonly args?: string[];
  /** Whether to run the built command in a separate process. */
  readonly isSpawned?: boolean;
}

function runWhoami({ env = {}, dotEnv, credentials, data = '.millrace', args = [], isSpawned = false }: WhoamiOptions) {
  const cwd = temporaryDirectory();
  if (dotEnv !== undefined) writeFileSync(join(cwd, '.env'), dotEnv);
  if (credentials !== undefined) {
    mkdirSync(join(cwd, data));
    writeFileSync(join(cwd, data, 'credentials.json'), JSON.stringify(credentials));
  }
  const run = isSpawned ? millrace : runInProcess;
  return run(['whoami', '--json', ...args], { cwd, env });
}

const parseSources = (stdout: string) => {
  const { apiUrl, urlFrom, keyFrom } = JSON.parse(stdout) as Record<string, string>;
  return { apiUrl, urlFrom, keyFrom };
};

describe('the lookup of the API URL and the key', () => {
  it('prefers the environment to ./.env and the credentials file', async () => {
    const server = await startPermissiveServer();
    const { code, stdout } = await runWhoami({
      env: { MILLRACE_API_URL: server.url, MILLRACE_API_KEY: makeKey('env') },
      dotEnv: `MILLRACE_API_URL=http://127.0.0.1:1\nMILLRACE_API_KEY=${makeKey('dotenv')}\n`,
      credentials: { apiUrl: 'http://127.0.0.1:1', apiKey: makeKey('file') },
    });
    expect(code).toBe(0);
    expect(parseSources(stdout)).toEqual({
      apiUrl: server.url,
      urlFrom: 'the environment',
      keyFrom: 'the environment',
    });
    expect(server.headers[0]).toContain(makeKey('env'));
  });

  it('reads ./.env if the environment has neither, without quotation marks and comments', async () => {
    const server = await startPermissiveServer();
    const { code, stdout } = await runWhoami({
      dotEnv: `# for tests\nexport MILLRACE_API_URL="${server.url}"\nMILLRACE_API_KEY=${makeKey('dotenv')} # mine\n`,
      credentials: { apiUrl: server.url, apiKey: makeKey('file') },
    });
    expect(code).toBe(0);
    expect(parseSources(stdout)).toEqual({ apiUrl: server.url, urlFrom: './.env', keyFrom: './.env' });
    expect(server.headers[0]).toContain(makeKey('dotenv'));
  });

  it("reads the local server's credentials file last", async () => {
    const server = await startPermissiveServer();
    const { code, stdout } = await runWhoami({ credentials: { apiUrl: server.url, apiKey: makeKey('file') } });
    expect(code).toBe(0);
    expect(parseSources(stdout).keyFrom).toBe('the credentials file');
    expect(server.headers[0]).toContain(makeKey('file'));
  });

  it('does not send the key of the credentials file to another server given by --api-url', async () => {
    const server = await startPermissiveServer();
    const { code, stderr } = await runWhoami({
      credentials: { apiUrl: 'http://127.0.0.1:1', apiKey: makeKey('file') },
      args: ['--api-url', server.url],
    });
    expect(code).toBe(4);
    expect(stderr).toContain(`Missing API key for ${server.url}`);
    expect(server.headers).toEqual([]);
  });

  it('accepts localhost as the name of the local server', async () => {
    const server = await startPermissiveServer();
    const { code, stdout } = await runWhoami({
      credentials: { apiUrl: server.url, apiKey: makeKey('file') },
      args: ['--api-url', server.url.replace('127.0.0.1', 'localhost')],
    });
    expect(code).toBe(0);
    expect(parseSources(stdout)).toEqual({ apiUrl: server.url, urlFrom: '--api-url', keyFrom: 'the credentials file' });
  });

  it('fails with exit code 4 and instructions if there is no key', async () => {
    const { code, stdout, stderr } = await runWhoami({});
    expect(code).toBe(4);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/Set MILLRACE_API_URL and MILLRACE_API_KEY .*'millrace serve'/);
  });

  it('does not send a key from the environment to a URL from ./.env', async () => {
    const { code, stderr } = await runWhoami({
      env: { MILLRACE_API_KEY: makeKey('env') },
      dotEnv: 'MILLRACE_API_URL=https://collects-keys.invalid\n',
    });
    expect(code).toBe(2);
    expect(stderr).toContain('because only ./.env specifies this URL');
    expect(stderr).not.toContain(makeKey('env'));
  });

  it.each(['http://127.0.0.1:1', 'http://localhost:1'])(
    'does not send a key from the environment to %s from ./.env, which may be the server of another user',
    async (url) => {
      const { code, stderr } = await runWhoami({
        env: { MILLRACE_API_KEY: makeKey('env') },
        dotEnv: `MILLRACE_API_URL=${url}\n`,
      });
      expect(code).toBe(2);
      expect(stderr).toContain('because only ./.env specifies this URL');
    },
  );

  it('ignores a data directory that ./.env names, with a warning', async () => {
    const server = await startPermissiveServer();
    const { code, stderr } = await runWhoami({
      env: { MILLRACE_API_KEY: makeKey('env') },
      dotEnv: 'MILLRACE_DATA=./d\nMILLRACE_CONVERSION_BASE_URL=http://127.0.0.1:9\n',
      data: 'd',
      credentials: { apiUrl: server.url, apiKey: makeKey('file') },
    });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(
      /^warning: Ignored MILLRACE_CONVERSION_BASE_URL, MILLRACE_DATA in \.\/\.env, .*Set other variables in the environment\.$/m,
    );
    expect(server.headers).toEqual([]);
  });

  it('does not send a key from the environment to a URL from a relative data directory', async () => {
    const server = await startPermissiveServer();
    const credentials = { apiUrl: server.url, apiKey: makeKey('file') };
    const env = { MILLRACE_DATA: '.millrace', MILLRACE_API_KEY: makeKey('env') };
    const { code, stderr } = await runWhoami({ env, credentials });
    expect(code).toBe(2);
    expect(stderr).toMatch(/not sent to http.*because only \.millrace.credentials\.json specifies this URL/);
    expect(server.headers).toEqual([]);
    expect((await runWhoami({ env: { MILLRACE_DATA: '.millrace' }, credentials })).code).toBe(0);
  });

  it('ignores other variables in ./.env', async () => {
    const server = await startPermissiveServer();
    const { code } = await runWhoami({
      env: { MILLRACE_API_URL: server.url, MILLRACE_API_KEY: makeKey('env') },
      // proxy variables only take effect in a separate process
      isSpawned: true,
      dotEnv: 'http_proxy=http://127.0.0.1:1\nall_proxy=http://127.0.0.1:1\nNODE_OPTIONS=--nonsense\n',
    });
    expect(code).toBe(0);
  });
});

describe('a key', () => {
  it('is only printed with its middle masked', async () => {
    const server = await startPermissiveServer();
    const env = { MILLRACE_API_URL: server.url, MILLRACE_API_KEY: makeKey('env') };
    const { stdout, stderr } = await runWhoami({ env, args: ['--verbose'] });
    expect(JSON.parse(stdout)).toMatchObject({ key: 'ke…ef', authenticated: true });
    expect(stdout + stderr).not.toContain(makeKey('env'));
  });

  it('is masked in an error message of the server that repeats it, also with --verbose', async () => {
    const secret = makeKey('echo');
    const server = await startFakeServer(500, {
      message: `broken by ${secret}`,
      error: { code: 'internal', message: secret },
    });
    const env = { MILLRACE_API_URL: server.url, MILLRACE_API_KEY: secret };
    const { code, stdout, stderr } = await runWhoami({ env, args: ['--verbose'] });
    expect(code).toBe(3);
    expect(stderr).not.toBe('');
    expect(stdout + stderr).not.toContain(secret);
  });

  it('is rejected if it has one character, and the message is not masked', async () => {
    const env = { MILLRACE_API_URL: 'http://127.0.0.1:1', MILLRACE_API_KEY: 'e' };
    const { code, stderr } = await runWhoami({ env });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^millrace: Expected the key from the environment to be a key of at least 8 characters, got one of 1\./,
    );
  });

  it.each([
    ['a word of many letters', 'x'.repeat(2_000_000)],
    ['a URL without an end', `https://${'user:'.repeat(400_000)}`],
    ['many URLs', 'a://'.repeat(500_000)],
  ])('is masked in a long message that is truncated: %s', async (_case, word) => {
    const secret = makeKey('echo');
    // the message is truncated within the last of the repeated keys
    const message = `${`${secret} `.repeat(500)}${word}`;
    const server = await startFakeServer(500, { message, error: { code: 'internal', message } });
    const env = { MILLRACE_API_URL: server.url, MILLRACE_API_KEY: secret };
    const { code, stderr } = await runWhoami({ env });
    expect(code).toBe(3);
    expect(stderr.length).toBeLessThan(12_000);
    expect(stderr).not.toContain(secret.slice(0, 12));
  });

  it('ends with exit code 4 if the server does not know it', async () => {
    const server = await startFakeServer(403, { message: 'Forbidden' });
    const { code, stdout } = await runWhoami({
      env: { MILLRACE_API_URL: server.url, MILLRACE_API_KEY: makeKey('old') },
    });
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ authenticated: false, apiUrl: server.url });
  });
});

describe('a website that is not a Millrace server', () => {
  it.each([200, 404, 405])('is not reported to accept the key: status %i', async (status) => {
    const site = await startFakeServer(status, '<!DOCTYPE html>\n<html><body>Welcome</body></html>');
    const env = { MILLRACE_API_URL: site.url, MILLRACE_API_KEY: makeKey('env') };
    const cwd = temporaryDirectory();
    for (const args of [['whoami'], ['modules'], ['runs'], ['list', '--pipeline', 'notes']]) {
      const { code, stdout, stderr } = await runInProcess(args, { cwd, env });
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toMatch(/responded with a web page, so it is not a Millrace or Krixik server\. Check the API URL/);
    }
  });

  it('is reported as a website if it rejects the key', async () => {
    const site = await startFakeServer(403, '<html>Forbidden</html>');
    const env = { MILLRACE_API_URL: site.url, MILLRACE_API_KEY: makeKey('env') };
    const { code, stderr } = await runInProcess(['list', '--pipeline', 'notes'], { cwd: temporaryDirectory(), env });
    expect(code).toBe(3);
    expect(stderr).toContain('responded with a web page');
  });
});

describe('a server without TLS', () => {
  it('cannot be reached over https, and the error says what to check', async () => {
    const server = await startPermissiveServer();
    const env = { MILLRACE_API_URL: server.url.replace('http:', 'https:'), MILLRACE_API_KEY: makeKey('env') };
    const { code, stderr } = await runWhoami({ env });
    expect(code).toBe(3);
    expect(stderr).toMatch(/does not use TLS as https requires \(\w+\)\. Check the URL: http may be the right scheme/);
    expect(stderr).not.toMatch(/ssl3|routines/i);
  });
});

describe('a server that cannot be reached', () => {
  it('ends with exit code 3 and one line, with a hint for a local URL', async () => {
    const env = { MILLRACE_API_URL: 'http://127.0.0.1:1', MILLRACE_API_KEY: makeKey('env') };
    const { code, stdout, stderr } = await runWhoami({ env });
    expect(code).toBe(3);
    expect(stdout).toBe('');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/127\.0\.0\.1:1.*millrace serve/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('prints the stack trace with --verbose', async () => {
    const env = { MILLRACE_API_URL: 'http://127.0.0.1:1', MILLRACE_API_KEY: makeKey('env') };
    const { stderr } = await runWhoami({ env, args: ['--verbose'] });
    expect(stderr).toMatch(/^\s+at /m);
    expect(stderr).not.toContain(makeKey('env'));
  });
});
