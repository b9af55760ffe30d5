import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeServer } from './support/fake-server.js';
import { runInProcess } from './support/run-in-process.js';
import { millrace } from './support/run-millrace.js';
import { temporaryDirectory } from './support/temporary-directory.js';

const key = (name: string) => `key-${name}-0123456789abcdef`;

/** A server of the hosted protocol that knows every key. */
const anyKeyServer = () => fakeServer(200, { message: 'ok' });

interface Places {
  readonly env?: Record<string, string>;
  readonly dotEnv?: string;
  readonly credentials?: unknown;
  /** The data directory that has the credentials. Default: the one of a user whose home is the working directory. */
  readonly data?: string;
  readonly args?: string[];
  /** Runs the built command in a process of its own. */
  readonly isSpawned?: boolean;
}

function whoami({ env = {}, dotEnv, credentials, data = '.millrace', args = [], isSpawned = false }: Places) {
  const cwd = temporaryDirectory();
  if (dotEnv !== undefined) writeFileSync(join(cwd, '.env'), dotEnv);
  if (credentials !== undefined) {
    mkdirSync(join(cwd, data));
    writeFileSync(join(cwd, data, 'credentials.json'), JSON.stringify(credentials));
  }
  const run = isSpawned ? millrace : runInProcess;
  return run(['whoami', '--json', ...args], { cwd, env });
}

const sources = (stdout: string) => {
  const { apiUrl, urlFrom, keyFrom } = JSON.parse(stdout) as Record<string, string>;
  return { apiUrl, urlFrom, keyFrom };
};

describe('the server and the key', () => {
  it('come from the environment first, whatever the files say', async () => {
    const server = await anyKeyServer();
    const { code, stdout } = await whoami({
      env: { MILLRACE_API_URL: server.url, MILLRACE_API_KEY: key('env') },
      dotEnv: `MILLRACE_API_URL=http://127.0.0.1:1\nMILLRACE_API_KEY=${key('dotenv')}\n`,
      credentials: { apiUrl: 'http://127.0.0.1:1', apiKey: key('file') },
    });
    expect(code).toBe(0);
    expect(sources(stdout)).toEqual({ apiUrl: server.url, urlFrom: 'the environment', keyFrom: 'the environment' });
    expect(server.headers[0]).toContain(key('env'));
  });

  it('come from ./.env where the environment has none, quoted or not, and comments are none', async () => {
    const server = await anyKeyServer();
    const { code, stdout } = await whoami({
      dotEnv: `# for tests\nexport MILLRACE_API_URL="${server.url}"\nMILLRACE_API_KEY=${key('dotenv')} # mine\n`,
      credentials: { apiUrl: server.url, apiKey: key('file') },
    });
    expect(code).toBe(0);
    expect(sources(stdout)).toEqual({ apiUrl: server.url, urlFrom: './.env', keyFrom: './.env' });
    expect(server.headers[0]).toContain(key('dotenv'));
  });

  it("come from the local server's credentials file in the end", async () => {
    const server = await anyKeyServer();
    const { code, stdout } = await whoami({ credentials: { apiUrl: server.url, apiKey: key('file') } });
    expect(code).toBe(0);
    expect(sources(stdout).keyFrom).toBe('the credentials file');
    expect(server.headers[0]).toContain(key('file'));
  });

  it('may be another server by --api-url, which is not shown the key of the credentials file', async () => {
    const server = await anyKeyServer();
    const { code, stderr } = await whoami({
      credentials: { apiUrl: 'http://127.0.0.1:1', apiKey: key('file') },
      args: ['--api-url', server.url],
    });
    expect(code).toBe(4);
    expect(stderr).toContain(`Missing API key for ${server.url}`);
    expect(server.headers).toEqual([]);
  });

  it('may be the local server by the name localhost', async () => {
    const server = await anyKeyServer();
    const { code, stdout } = await whoami({
      credentials: { apiUrl: server.url, apiKey: key('file') },
      args: ['--api-url', server.url.replace('127.0.0.1', 'localhost')],
    });
    expect(code).toBe(0);
    expect(sources(stdout)).toEqual({ apiUrl: server.url, urlFrom: '--api-url', keyFrom: 'the credentials file' });
  });

  it('are asked for with code 4 when there is no key anywhere', async () => {
    const { code, stdout, stderr } = await whoami({});
    expect(code).toBe(4);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/Set MILLRACE_API_URL and MILLRACE_API_KEY .*'millrace serve'/);
  });

  it('do not meet when the address is from a .env of somebody else and the key from the environment', async () => {
    const { code, stderr } = await whoami({
      env: { MILLRACE_API_KEY: key('env') },
      dotEnv: 'MILLRACE_API_URL=https://collects-keys.invalid\n',
    });
    expect(code).toBe(2);
    expect(stderr).toContain('because only ./.env specifies this URL');
    expect(stderr).not.toContain(key('env'));
  });

  it.each(['http://127.0.0.1:1', 'http://localhost:1'])(
    'do not meet on this machine either, where %s may be of another user',
    async (url) => {
      const { code, stderr } = await whoami({
        env: { MILLRACE_API_KEY: key('env') },
        dotEnv: `MILLRACE_API_URL=${url}\n`,
      });
      expect(code).toBe(2);
      expect(stderr).toContain('because only ./.env specifies this URL');
    },
  );

  it('do not come from a data directory that ./.env names, which is said', async () => {
    const server = await anyKeyServer();
    const { code, stderr } = await whoami({
      env: { MILLRACE_API_KEY: key('env') },
      dotEnv: 'MILLRACE_DATA=./d\nMILLRACE_CONVERSION_BASE_URL=http://127.0.0.1:9\n',
      data: 'd',
      credentials: { apiUrl: server.url, apiKey: key('file') },
    });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(
      /^warning: Ignored MILLRACE_CONVERSION_BASE_URL, MILLRACE_DATA in \.\/\.env, .*Set other variables in the environment\.$/m,
    );
    expect(server.headers).toEqual([]);
  });

  it('do not meet when a relative data directory names the address and the environment the key', async () => {
    const server = await anyKeyServer();
    const credentials = { apiUrl: server.url, apiKey: key('file') };
    const env = { MILLRACE_DATA: '.millrace', MILLRACE_API_KEY: key('env') };
    const { code, stderr } = await whoami({ env, credentials });
    expect(code).toBe(2);
    expect(stderr).toMatch(/not sent to http.*because only \.millrace.credentials\.json specifies this URL/);
    expect(server.headers).toEqual([]);
    expect((await whoami({ env: { MILLRACE_DATA: '.millrace' }, credentials })).code).toBe(0);
  });

  it('ignore other variables of ./.env', async () => {
    const server = await anyKeyServer();
    const { code } = await whoami({
      env: { MILLRACE_API_URL: server.url, MILLRACE_API_KEY: key('env') },
      // the process's own variables decide about proxies
      isSpawned: true,
      dotEnv: 'http_proxy=http://127.0.0.1:1\nall_proxy=http://127.0.0.1:1\nNODE_OPTIONS=--nonsense\n',
    });
    expect(code).toBe(0);
  });
});

describe('a key', () => {
  it('is only ever shown with its middle left out', async () => {
    const server = await anyKeyServer();
    const env = { MILLRACE_API_URL: server.url, MILLRACE_API_KEY: key('env') };
    const { stdout, stderr } = await whoami({ env, args: ['--verbose'] });
    expect(JSON.parse(stdout)).toMatchObject({ key: 'ke…ef', authenticated: true });
    expect(stdout + stderr).not.toContain(key('env'));
  });

  it('is not shown by a server that refuses and repeats it, nor by --verbose', async () => {
    const secret = key('echo');
    const server = await fakeServer(500, {
      message: `broken by ${secret}`,
      error: { code: 'internal', message: secret },
    });
    const env = { MILLRACE_API_URL: server.url, MILLRACE_API_KEY: secret };
    const { code, stdout, stderr } = await whoami({ env, args: ['--verbose'] });
    expect(code).toBe(3);
    expect(stderr).not.toBe('');
    expect(stdout + stderr).not.toContain(secret);
  });

  it('of one character is refused as a key, and the message has all its letters', async () => {
    const env = { MILLRACE_API_URL: 'http://127.0.0.1:1', MILLRACE_API_KEY: 'e' };
    const { code, stderr } = await whoami({ env });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^millrace: Expected the key from the environment to be a key of at least 8 characters, got one of 1\./,
    );
  });

  it.each([
    ['a word of many letters', 'x'.repeat(2_000_000)],
    ['a URL without an end', `https://${'user:'.repeat(400_000)}`],
    ['many URLs', 'a://'.repeat(500_000)],
  ])('is masked in a message that is cut first: %s', async (_what, word) => {
    const secret = key('echo');
    // the cut is within the last of the repeated keys
    const message = `${`${secret} `.repeat(500)}${word}`;
    const server = await fakeServer(500, { message, error: { code: 'internal', message } });
    const env = { MILLRACE_API_URL: server.url, MILLRACE_API_KEY: secret };
    const { code, stderr } = await whoami({ env });
    expect(code).toBe(3);
    expect(stderr.length).toBeLessThan(12_000);
    expect(stderr).not.toContain(secret.slice(0, 12));
  });

  it('that the server does not know ends with code 4', async () => {
    const server = await fakeServer(403, { message: 'Forbidden' });
    const { code, stdout } = await whoami({ env: { MILLRACE_API_URL: server.url, MILLRACE_API_KEY: key('old') } });
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ authenticated: false, apiUrl: server.url });
  });
});

describe('a web site that is no server of ours', () => {
  it.each([200, 404, 405])('is not said to accept the key: status %i', async (status) => {
    const site = await fakeServer(status, '<!DOCTYPE html>\n<html><body>Welcome</body></html>');
    const env = { MILLRACE_API_URL: site.url, MILLRACE_API_KEY: key('env') };
    const cwd = temporaryDirectory();
    for (const args of [['whoami'], ['modules'], ['runs'], ['list', '--pipeline', 'notes']]) {
      const { code, stdout, stderr } = await runInProcess(args, { cwd, env });
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toMatch(/responded with a web page, so it is not a Millrace or Krixik server\. Check the API URL/);
    }
  });

  it('that refuses the key is named as such', async () => {
    const site = await fakeServer(403, '<html>Forbidden</html>');
    const env = { MILLRACE_API_URL: site.url, MILLRACE_API_KEY: key('env') };
    const { code, stderr } = await runInProcess(['list', '--pipeline', 'notes'], { cwd: temporaryDirectory(), env });
    expect(code).toBe(3);
    expect(stderr).toContain('responded with a web page');
  });
});

describe('a server without TLS', () => {
  it('is not reached by https, and the message says what to check', async () => {
    const server = await anyKeyServer();
    const env = { MILLRACE_API_URL: server.url.replace('http:', 'https:'), MILLRACE_API_KEY: key('env') };
    const { code, stderr } = await whoami({ env });
    expect(code).toBe(3);
    expect(stderr).toMatch(/does not use TLS as https requires \(\w+\)\. Check the URL: http may be the right scheme/);
    expect(stderr).not.toMatch(/ssl3|routines/i);
  });
});

describe('a server that cannot be reached', () => {
  it('ends with code 3, one line, and a hint when it should be on this machine', async () => {
    const env = { MILLRACE_API_URL: 'http://127.0.0.1:1', MILLRACE_API_KEY: key('env') };
    const { code, stdout, stderr } = await whoami({ env });
    expect(code).toBe(3);
    expect(stdout).toBe('');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/127\.0\.0\.1:1.*millrace serve/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('says more with --verbose', async () => {
    const env = { MILLRACE_API_URL: 'http://127.0.0.1:1', MILLRACE_API_KEY: key('env') };
    const { stderr } = await whoami({ env, args: ['--verbose'] });
    expect(stderr).toMatch(/^\s+at /m);
    expect(stderr).not.toContain(key('env'));
  });
});
