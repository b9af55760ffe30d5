import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serving, type Serving } from './support/serving.js';
import { writeTexts } from './support/texts.js';

let idle: Serving;
/** Nothing is worked on here, so every run waits. */
beforeAll(async () => {
  idle = await serving('--no-worker');
  writeTexts(idle.directory);
});
afterAll(() => idle.close());

const command = ['process', 'mill.txt', '--chain', 'parser'];

describe('a command that waits for a run', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('ends with code 130 at %s, and says that the run goes on', async (signal) => {
    const waiting = idle.spawn([...command, '--verbose']);
    await waiting.prints('stderr', /mill\.txt: pending/);
    const { code, stdout, stderr } = await waiting.stop(signal);
    expect(code).toBe(130);
    expect(stdout).toBe('');
    expect(stderr).not.toContain('deletes');
    const [, id = ''] = /mill\.txt: continues as run (\S+) /.exec(stderr) ?? [];
    const status = await idle.run(['status', id, '--json']);
    expect(status.code).toBe(0);
    expect(JSON.parse(status.stdout)).toMatchObject({ requestId: id, state: 'pending' });
  });

  it('ends with code 1 when --wait-timeout passes, and says how to go on waiting', async () => {
    const { code, stderr } = await idle.run([...command, '--wait-timeout', '1']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^millrace: mill\.txt: Run (\S+) has not finished yet.*millrace status \1 --watch$/m);
  });

  it('ends with code 130 while it watches, and leaves no output that is half', async () => {
    const { stdout } = await idle.run([...command, '--no-wait', '--json']);
    const { requestId } = JSON.parse(stdout) as { requestId: string };
    const watching = idle.start(['status', requestId, '--watch', '--json', '--verbose']);
    await watching.prints('stderr', new RegExp(`${requestId}: pending`));
    const ended = await watching.stop('SIGINT');
    expect(ended).toMatchObject({ code: 130, stdout: '' });
  });
});

describe('millrace cancel', () => {
  it('stops a run, whose status then ends with code 1', async () => {
    const { stdout } = await idle.run([...command, '--no-wait', '--json']);
    const { requestId } = JSON.parse(stdout) as { requestId: string };
    const cancelled = await idle.run(['cancel', requestId]);
    expect(cancelled.code).toBe(0);
    expect(cancelled.stdout).toMatch(/^state +cancelled/m);
    const { code } = await idle.run(['status', requestId, '--watch']);
    expect(code).toBe(1);
  });

  it.each(['cancel', 'status'])('and %s end with code 5 for a run that does not exist', async (name) => {
    const { code, stdout, stderr } = await idle.run([name, '00000000-0000-4000-8000-000000000000']);
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
