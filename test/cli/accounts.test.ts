import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { runInProcess, startInProcess } from './support/run-in-process.js';
import { makeDirectory, temporaryDirectory } from './support/temporary-directory.js';

const ready = /^Millrace is listening on (http:\/\/\S+)\n/;
const cwd = makeDirectory();
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

type Env = Readonly<Record<string, string>>;

async function startServe(directory: string, env: Env = {}) {
  const server = startInProcess(['serve', '--no-worker', '--port', '0', '--data', 'data'], { cwd: directory, env });
  onTestFinished(async () => {
    await server.stop();
  });
  const [, url = ''] = await server.waitForOutput('stdout', ready);
  const credentials = JSON.parse(readFileSync(join(directory, 'data', 'credentials.json'), 'utf8')) as {
    apiKey: string;
  };
  const get = async (path: string, key: string) => {
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${key}` } });
    return { status: response.status, body: (await response.json()) as { items: { name: string; action: string }[] } };
  };
  return { ...server, apiKey: credentials.apiKey, get };
}

const runAccounts = (...args: string[]) => runInProcess(['accounts', ...args, '--data', 'data'], { cwd });

// the tests share one data directory and run in order, because each start of a database takes a second
describe('the first key and accounts', () => {
  const first = randomUUID();
  let tenant = '';

  it('serve rejects a first key that could be guessed, without repeating it', async () => {
    const env = { MILLRACE_API_KEY: 'hunter2hunter2' };
    const { code, stderr } = await startInProcess(['serve', '--port', '0', '--data', 'data'], { cwd, env }).ended;
    expect(code).toBe(2);
    expect(stderr).toMatch(/Expected the first API key to be 32 to 200 random ASCII characters .*, got 14 characters/);
    expect(stderr).not.toContain('hunter2');
  });

  it('serve reads the first key from MILLRACE_API_KEY_FILE', async () => {
    writeFileSync(join(cwd, 'first.key'), `${first}\n`);
    const server = await startServe(cwd, { MILLRACE_API_KEY_FILE: 'first.key' });
    expect(server.apiKey).toBe(first);
    expect((await server.get('/v1/keys', first)).body.items).toMatchObject([{ name: 'first', role: 'admin' }]);
    expect(server.stdout()).not.toContain(first);

    const rejected = await runAccounts('create', 'team-b');
    expect(rejected).toMatchObject({ code: 1, stdout: '' });
    expect(rejected.stderr).toMatch(/has it open and serves http:\S+ Stop that process/);
    expect((await server.stop()).code).toBe(0);
  });

  it('accounts create works while the server is stopped, and prints the key once', async () => {
    const created = await runAccounts('create', 'team-b');
    expect(created).toMatchObject({ code: 0, stderr: '' });
    [, tenant = ''] = /^id +\S{36}\nname +team-b\nkey +(\S{36}) \(shown only once\)\n$/.exec(created.stdout) ?? [];
    expect(tenant).not.toBe('');
    const { stdout } = await runAccounts();
    expect(stdout).toMatch(/^ACCOUNT ID +NAME +CREATED +KEYS\n\S{36} +default .* 1\n\S{36} +team-b .* 1\n$/);
    expect(stdout).not.toContain(tenant);
    const again = await runAccounts('create', 'team-b', '--json');
    expect(again).toMatchObject({ code: 2, stdout: '' });
    expect(again.stderr).toContain("got 'team-b', which is taken");
    expect((await runAccounts('create', 'team b')).stderr).toContain("Expected an account's name to be 1 to 64");
  });

  it('serve keeps the keys and audit logs of accounts apart', async () => {
    const server = await startServe(cwd);
    expect(server.apiKey).toBe(first);
    const namesFor = async (key: string) => (await server.get('/v1/keys', key)).body.items.map(({ name }) => name);
    expect([await namesFor(first), await namesFor(tenant)]).toEqual([['first'], ['first']]);
    const actions = async (key: string) => (await server.get('/v1/audit', key)).body.items.map(({ action }) => action);
    expect((await actions(tenant)).sort()).toEqual(['account.create', 'key.create']);
    expect(await actions(first)).toEqual(['key.create']);
  });

  it('serve does not read the first key from ./.env', async () => {
    const directory = temporaryDirectory();
    const key = randomUUID();
    writeFileSync(join(directory, '.env'), `MILLRACE_API_KEY=${key}\nMILLRACE_API_KEY_FILE=other.key\n`);
    const server = await startServe(directory);
    expect(server.apiKey).not.toBe(key);
    expect(server.stderr()).toContain('Ignored MILLRACE_API_KEY_FILE in ./.env');
    expect((await server.get('/v1', key)).status).toBe(401);
  });
});

it.each([
  [
    { MILLRACE_API_KEY: 'a', MILLRACE_API_KEY_FILE: 'b' },
    /Expected MILLRACE_API_KEY or MILLRACE_API_KEY_FILE, got both/,
  ],
  [{ MILLRACE_API_KEY_FILE: 'missing' }, /Expected MILLRACE_API_KEY_FILE to be a readable file, got 'missing': ENOENT/],
])('serve rejects %j', async (env: Env, message) => {
  const { code, stderr } = await runInProcess(['serve', '--data', 'data'], { cwd: temporaryDirectory(), env });
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});

it.each([
  [['create'], /Missing account name/],
  [['list', 'x'], /Unexpected argument 'x'/],
  [['delete', 'x'], /Expected list or create after 'accounts', got 'delete'/],
])('accounts rejects %j', async (args, message) => {
  const { code, stderr } = await runInProcess(['accounts', ...args], { cwd: temporaryDirectory() });
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});
