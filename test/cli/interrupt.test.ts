import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCliServer, type CliServer } from './support/cli-server.js';
import { writeTexts } from './support/texts.js';

let idle: CliServer;
/** A server without a worker, so that every run stays pending. */
beforeAll(async () => {
  idle = await startCliServer('--no-worker');
  writeTexts(idle.directory);
});
afterAll(() => idle.close());

const command = ['process', 'mill.txt', '--chain', 'parser'];

describe('a command that waits for a run', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends with exit code 130 on %s, and says that the run may continue',
    async (signal) => {
      const waiting = idle.spawn([...command, '--verbose']);
      await waiting.waitForOutput('stderr', /mill\.txt: pending/);
      const { code, stdout, stderr } = await waiting.stop(signal);
      expect(code).toBe(130);
      expect(stdout).toBe('');
      expect(stderr).not.toContain('deletes');
      const [, id = ''] = /mill\.txt: interrupted, but run (\S+) may continue /.exec(stderr) ?? [];
      const status = await idle.run(['status', id, '--json']);
      expect(status.code).toBe(0);
      expect(JSON.parse(status.stdout)).toMatchObject({ requestId: id, state: 'pending' });
    },
  );

  it('ends with exit code 1 after --wait-timeout, and says how to continue waiting', async () => {
    const { code, stderr } = await idle.run([...command, '--wait-timeout', '1']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^millrace: mill\.txt: Run (\S+) has not finished yet.*millrace status \1 --watch$/m);
  });

  it('ends with exit code 130 during --watch, without partial output', async () => {
    const { stdout } = await idle.run([...command, '--no-wait', '--json']);
    const { requestId } = JSON.parse(stdout) as { requestId: string };
    const watching = idle.start(['status', requestId, '--watch', '--json', '--verbose']);
    await watching.waitForOutput('stderr', new RegExp(`${requestId}: pending`));
    const ended = await watching.stop('SIGINT');
    expect(ended).toMatchObject({ code: 130, stdout: '' });
  });
});

describe('millrace cancel', () => {
  it('cancels a run, after which its status ends with exit code 1', async () => {
    const { stdout } = await idle.run([...command, '--no-wait', '--json']);
    const { requestId } = JSON.parse(stdout) as { requestId: string };
    const cancelled = await idle.run(['cancel', requestId]);
    expect(cancelled.code).toBe(0);
    expect(cancelled.stdout).toMatch(/^state +cancelled/m);
    const { code } = await idle.run(['status', requestId, '--watch']);
    expect(code).toBe(1);
  });

  it.each(['cancel', 'status'])('ends with exit code 5 for a run that does not exist (%s)', async (name) => {
    const { code, stdout, stderr } = await idle.run([name, '00000000-0000-4000-8000-000000000000']);
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
