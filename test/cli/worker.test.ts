import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  postgresPrograms,
  startPostgres,
  type PostgresServer,
} from '../../server/test/support/database/start-postgres.js';
import { millrace, startMillrace } from './support/run-millrace.js';
import { temporaryDirectory } from './support/temporary-directory.js';
import { writeTexts } from './support/texts.js';

const programs = postgresPrograms();
if (programs === undefined) console.warn('NOT RUN: the worker of the command line: PostgreSQL was not found.');

describe.skipIf(programs === undefined)('millrace worker', () => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgres(programs!);
  });
  afterAll(() => postgres.stop());

  it('executes the runs of a server without a worker', async () => {
    const cwd = temporaryDirectory();
    writeTexts(cwd);
    const env = { MILLRACE_DATA: join(cwd, 'shared'), DATABASE_URL: postgres.url };
    const start = (...args: string[]) => {
      const running = startMillrace(args, { cwd, env });
      onTestFinished(() => void running.child.kill('SIGKILL'));
      return running;
    };
    const server = start('serve', '--port', '0', '--no-worker');
    await server.waitForOutput('stdout', /^Data +PostgreSQL, files in .*shared\n/m);
    await server.waitForOutput('stdout', /^Modules .*\n/m);
    const { stdout } = await millrace(['process', 'mill.txt', '--chain', 'parser', '--no-wait', '--json'], {
      cwd,
      env,
    });
    const { requestId } = JSON.parse(stdout) as { requestId: string };

    const worker = start('worker', '--concurrency', '1', '--modules', 'parser');
    await worker.waitForOutput('stdout', /^Millrace is working on \S+, process \d+\n/);
    const watched = await millrace(['status', requestId, '--watch'], { cwd, env });
    expect(watched.stdout).toMatch(/^state +completed$/m);
    expect(watched.code).toBe(0);

    expect((await worker.stop('SIGTERM')).code).toBe(0);
    expect((await server.stop('SIGINT')).code).toBe(0);
    expect(server.stdout() + server.stderr() + worker.stdout() + worker.stderr()).not.toContain(postgres.url);
  });
});
