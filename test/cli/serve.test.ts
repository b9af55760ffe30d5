import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { runUntilStopped } from 'millrace/cli/session/run-until-stopped.js';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { builtCli, millrace, startMillrace, type ProcessOptions } from './support/run-millrace.js';
import { temporaryDirectory } from './support/temporary-directory.js';

const ready = /^Millrace is listening on (http:\/\/\S+:\d+)\n/;

/** Starts a server that is killed after the test if it is still running. */
function startServe(args: readonly string[], options: ProcessOptions) {
  const server = startMillrace(['serve', ...args], options);
  onTestFinished(() => {
    server.child.kill('SIGKILL');
  });
  return server;
}

// each test starts and stops servers several times, possibly on a busy machine
const timeout = 240_000;

describe('millrace serve', { timeout }, () => {
  it('prints its URL, data directory, credentials and modules, and ends with exit code 0 on a signal', async () => {
    const cwd = temporaryDirectory();
    const server = startServe(['--port', '0', '--data', 'store'], { cwd });
    const [, url = ''] = await server.waitForOutput('stdout', ready);
    await server.waitForOutput('stdout', /^Modules .*\n/m);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    const credentials = join(cwd, 'store', 'credentials.json');
    expect(statSync(credentials).mode & 0o777).toBe(0o600);
    expect(server.stdout()).toContain(credentials);
    expect(server.stdout()).toMatch(/MILLRACE_API_URL and MILLRACE_API_KEY/);
    expect(server.stdout()).toMatch(/^Modules .*\bkeyword-db\b.*\bparser\b.*\bvector-db\b/m);
    expect(server.stderr()).toBe('');
    // stdout is a pipe, which may end in a log file
    const { apiKey: key } = JSON.parse(readFileSync(credentials, 'utf8')) as { apiKey: string };
    expect(key).not.toBe('');
    expect(server.stdout()).not.toContain('New key');
    expect(server.stdout()).not.toContain(key);

    const second = await millrace(['serve', '--port', '0', '--data', 'store'], { cwd });
    expect(second.stderr).toMatch(
      /^millrace: Expected the data directory .*store to be free, but process \d+ has it.*\n$/,
    );
    expect(second).toMatchObject({ code: 1, stdout: '' });

    expect((await server.stop('SIGTERM')).code).toBe(0);
    await expect(fetch(`${url}/health`)).rejects.toThrow();

    const again = startServe(['--port', '0', '--data', 'store', '--modules', 'parser'], { cwd });
    await again.waitForOutput('stdout', /^Modules\s+parser; not available: .*keyword-db.*\n/m);
    const { code, stdout } = await again.stop('SIGINT');
    expect(code).toBe(0);
    expect(stdout).not.toContain(key);
  });

  it('does not load packages that only a client needs', async () => {
    const cwd = temporaryDirectory();
    const list = join(cwd, 'list.cjs');
    writeFileSync(list, "process.on('exit', () => process.stderr.write(Object.keys(require.cache).join('\\n')));");
    const program = [process.execPath, '--liftoff-only', '--require', list, builtCli] as const;
    const server = startServe(['--port', '0'], { cwd, program });
    await server.waitForOutput('stdout', /^Modules .*\n/m);
    const { stderr } = await server.stop();
    expect(stderr).toMatch(/dist[\\/]core\.cjs$/m);
    expect(stderr).not.toMatch(/axios|form-data|responses\.cjs|zod/);
  });

  it('ends at once on a second signal, even with an open request', async () => {
    const server = startServe(['--port', '0'], { cwd: temporaryDirectory() });
    const [, url = ''] = await server.waitForOutput('stdout', ready);
    await server.waitForOutput('stdout', /^Modules .*\n/m);
    // an incomplete request, for whose rest the server waits ten seconds
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    await new Promise((resolve) => socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\n', resolve));
    await fetch(`${url}/health`);
    server.child.kill('SIGTERM');
    await server.waitForOutput('stderr', /Stopping: .*second signal to stop at once/);
    expect((await server.stop('SIGTERM')).code).toBe(130);
  });

  it('continues if its parent process closes stdout after the first line', async () => {
    const server = startServe(['--port', '0', '--no-worker'], { cwd: temporaryDirectory() });
    const [, url = ''] = await server.waitForOutput('stdout', ready);
    server.child.stdout.destroy();
    await fetch(`${url}/v1`);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect((await server.stop()).code).toBe(0);
  });

  it('reads settings from options and the environment, not ./.env, and warns about a public host', async () => {
    const cwd = temporaryDirectory();
    const config = 'MILLRACE_CONFIG=strangers-code.mjs\nMILLRACE_SENTIMENT_BASE_URL=http://127.0.0.1:1\n';
    writeFileSync(join(cwd, '.env'), `${config}MILLRACE_DATA=not-here\nMILLRACE_HOST=127.0.0.2\n`);
    writeFileSync(join(cwd, 'strangers-code.mjs'), 'process.exit(9);');
    const env = {
      MILLRACE_WORKER: 'false',
      MILLRACE_DATA: join(cwd, 'elsewhere'),
      MILLRACE_PORT: '1',
      MILLRACE_HOST: '0.0.0.0',
    };
    const server = startServe(['--port', '0', '--public-url', 'https://millrace.invalid/api'], { cwd, env });
    const [, url = ''] = await server.waitForOutput('stdout', ready);
    await server.waitForOutput('stdout', /^Modules\s+none here: runs wait for a worker\n/m);
    const { port } = new URL(url);
    await server.waitForOutput(
      'stderr',
      /^warning: Ignored MILLRACE_CONFIG, MILLRACE_SENTIMENT_BASE_URL in \.\/\.env/m,
    );
    await server.waitForOutput(
      'stderr',
      new RegExp(`^warning: .*every network of this machine on port ${port}.*unencrypted`, 'm'),
    );
    expect(existsSync(join(cwd, 'not-here'))).toBe(false);
    const credentials = JSON.parse(readFileSync(join(cwd, 'elsewhere', 'credentials.json'), 'utf8')) as object;
    expect(credentials).toMatchObject({ apiUrl: 'https://millrace.invalid/api' });
    expect((await server.stop()).code).toBe(0);
  });

  it('reports in one line that the port is in use', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    const ended = await millrace(['serve', '--port', String(port)], { cwd: temporaryDirectory() });
    expect(ended.stderr).toMatch(new RegExp(`^millrace: .*port ${port}.*in use.*\\n$`, 'i'));
    expect(ended).toMatchObject({ code: 1, stdout: '' });
  });

  it.each([
    [
      ['--data', 'a-file'],
      /^millrace: Expected the data directory \S*a-file to be a directory, but \S*a-file is a file\./,
    ],
    [
      ['--data', 'a-file/below'],
      /^millrace: Expected the data directory \S*below to be a directory, but part of that path is a file\./,
    ],
    [
      ['--port', '0', '--host', 'nonsense.invalid'],
      /^millrace: Expected --host .*, got nonsense\.invalid, whose DNS lookup failed/,
    ],
  ])('reports in one line what is wrong with %j', async (args, message) => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, 'a-file'), '');
    const ended = await millrace(['serve', ...args], { cwd });
    expect(ended.stderr).toMatch(message);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
  });

  it.each([
    [['--database-url', 'mysql://root:hunter2@db/millrace'], /--database-url: must start with postgres:\/\//],
    [['--public-url', 'nonsense'], /--public-url: /],
  ])('reports in one line which setting is invalid: %j', async (args, message) => {
    const ended = await millrace(['serve', ...args], { cwd: temporaryDirectory() });
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(ended.stderr).not.toContain('hunter2');
    expect(ended).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('millrace worker', { timeout }, () => {
  it('reports that the embedded database does not support separate workers', async () => {
    const ended = await millrace(['worker'], { cwd: temporaryDirectory() });
    expect(ended.stderr).toMatch(/^millrace: A separate worker requires a PostgreSQL database, .*\n$/);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
  });

  it('reports in one line, without the password, that the database cannot be reached', async () => {
    const args = ['worker', '--database-url', 'postgres://mill:hunter2@127.0.0.1:1/millrace'];
    const ended = await millrace(args, { cwd: temporaryDirectory() });
    expect(ended.stderr).toMatch(/^millrace: .*127\.0\.0\.1:1.*\n$/);
    expect(ended.stderr).not.toContain('hunter2');
    expect(ended).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('a service that has failed', () => {
  it('ends the process within seconds, even if it cannot close', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const exit = vi.fn();
    const error = vi.fn();
    const never = new Promise<void>(() => undefined);
    void runUntilStopped(
      {
        terminal: { ignoreClosedStdout: () => undefined, exit },
        output: { error, note: () => undefined },
        signal: new AbortController().signal,
      } as unknown as Parameters<typeof runUntilStopped>[0],
      {
        start: (fail) => {
          fail(new Error('the database stopped'));
          return Promise.resolve({ close: () => never });
        },
        onReady: () => undefined,
      },
    );
    await vi.advanceTimersByTimeAsync(5000);
    expect(exit.mock.calls).toEqual([[1]]);
    expect(error.mock.calls).toEqual([['the database stopped']]);
  });
});
