import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Handler } from '../sdk/support/fake-server.js';
import { apiKey, fileId, millraceService, runId } from '../sdk/support/hosted-service.js';
import { scratch } from '../sdk/support/scratch.js';
import { runInProcess, startInProcess, type RunningCommand } from './support/run-in-process.js';

/** Makes the random delays between retries short. */
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0.005));
afterEach(() => void vi.restoreAllMocks());

const drop: Handler = (_seen, response) => void response.destroy();
const command = ['process', 'notes.txt', '--chain', 'parser', '--pipeline', 'notes'];

async function startService(routes: Record<string, Handler>) {
  const service = await millraceService(routes);
  const cwd = await scratch();
  writeFileSync(join(cwd, 'notes.txt'), 'It was a bright cold day in April.');
  return { service, cwd, env: { MILLRACE_API_URL: service.url, MILLRACE_API_KEY: apiKey } };
}

it('millrace process shows below the progress that it is waiting for the server, and then continues', async () => {
  const holder: { running?: RunningCommand } = {};
  const { service, cwd, env } = await startService({
    '/krixik-core-process': (recorded, response, request) => {
      request.resume();
      if (!holder.running?.stderr().includes('\nwaiting for the server, 0 s\n'))
        return drop(recorded, response, request);
      const form = { url: `${service.url}/upload`, fields: {} };
      return { json: { request_id: runId, file_id: fileId, presigned_post_url_results: form, warnings: [] } };
    },
  });
  holder.running = startInProcess(command, { cwd, env: { ...env, TERM: 'xterm' }, isTerminal: true });
  const { code, stdout } = await holder.running.ended;
  expect(stdout).toContain(`completed, file ${fileId}`);
  expect(code).toBe(0);
});

it('millrace process fails with an idempotency key that continues the upload', async () => {
  const { service, cwd, env } = await startService({ '/krixik-core-process': drop });
  const { code, stderr } = await runInProcess([...command, '--retry-for', '0'], { cwd, env });
  expect(code).toBe(3);
  const [, key = ''] =
    /run the command for this file with --idempotency-key (\S+), or run the same command again/.exec(stderr) ?? [];
  expect(stderr).not.toContain('pipeline.');
  await runInProcess([...command, '--retry-for', '0', '--idempotency-key', key], { cwd, env });
  const keys = service.to('/krixik-core-process').map(({ headers }) => headers['idempotency-key']);
  expect(new Set(keys)).toEqual(new Set([key]));
});

it('millrace process says how to fetch an output whose download failed', async () => {
  const { cwd, env } = await startService({ '/krixik-core-fetch-output': drop });
  const { stderr } = await runInProcess([...command, '--retry-for', '0'], { cwd, env });
  expect(stderr).toContain(`Fetch the output with: millrace fetch ${fileId}`);
});

it.each([
  [['--retry-for', 'soon'], /--retry-for/],
  [['--idempotency-key', 'k', '--manifest', 'm'], /--idempotency-key can only be used with a single file/],
])('millrace process rejects %o', async (args, problem) => {
  const { cwd, env } = await startService({});
  const { code, stderr } = await runInProcess([...command, ...args], { cwd, env });
  expect(code).toBe(2);
  expect(stderr).toMatch(problem);
});
