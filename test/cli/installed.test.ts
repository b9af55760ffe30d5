import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packSdk, root, type PackedSdk } from '../packaging/packed-sdk.js';
import { millrace, startMillrace } from './support/run-millrace.js';
import { temporaryDirectory } from './support/temporary-directory.js';

const run = promisify(execFile);

describe('the command line without @millrace/server', () => {
  let packed: PackedSdk;
  beforeAll(async () => {
    packed = await packSdk();
  });
  afterAll(() => packed.remove());

  const packedProgram = (): [string, string] => [
    process.execPath,
    join(packed.consumer, 'node_modules', 'millrace', 'dist', 'cli.js'),
  ];

  it.each([['serve'], ['worker'], ['export', 'store.jsonl'], ['import', '-']])(
    "says how to install the server package for '%s'",
    async (...args) => {
      const { code, stdout, stderr } = await millrace(args, { cwd: temporaryDirectory(), program: packedProgram() });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^millrace: .* Install it with: npm install @millrace\/server\n$/);
    },
  );

  it('runs commands that only need the SDK', async () => {
    const env = { MILLRACE_API_URL: 'http://127.0.0.1:1', MILLRACE_API_KEY: 'any-key-at-all-12' };
    const { code, stderr } = await millrace(['modules'], { cwd: temporaryDirectory(), program: packedProgram(), env });
    expect(stderr).toContain('127.0.0.1:1');
    expect(code).toBe(3);
  });
});

describe('the command line in the repository', () => {
  it('is found by npx without a registry', async () => {
    const env = { ...process.env, npm_config_cache: temporaryDirectory(), npm_config_offline: 'true' };
    const { stdout } = await run('npx', ['millrace', '--help'], { cwd: root, env });
    expect(stdout).toMatch(/^millrace \d+\.\d+\.\d+: /);
  });

  it('stops with npx, although the shell of npx does not forward signals', async () => {
    const cwd = temporaryDirectory();
    const env = { npm_config_cache: join(cwd, 'npm'), npm_config_offline: 'true' };
    const args = ['serve', '--port', '0', '--no-worker', '--data', join(cwd, 'data')];
    const server = startMillrace(args, { cwd: root, env, program: ['npx', 'millrace'] });
    await server.waitForOutput('stdout', /^Modules .*\n/m);
    // stdout stays open until the server has ended too, so this also waits for the server
    const { stderr } = await server.stop('SIGTERM');
    expect(stderr).toContain('Stopping: ');
  });
});
