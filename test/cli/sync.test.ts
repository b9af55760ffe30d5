import { mkdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCliServer, type CliServer } from './support/cli-server.js';
import { harbour, mill } from './support/texts.js';

let millrace: CliServer;
beforeAll(async () => {
  millrace = await startCliServer();
  mkdirSync(join(millrace.directory, 'notes/sub'), { recursive: true });
  writeFileSync(join(millrace.directory, 'notes/mill.txt'), mill);
  writeFileSync(join(millrace.directory, 'notes/sub/harbour.txt'), harbour);
  writeFileSync(join(millrace.directory, 'notes/photo.png'), 'no photo');
});
afterAll(() => millrace.close());

const command = ['sync', 'notes', '--chain', 'keyword-db', '--pipeline', 'notes'];
const never = 'The server keeps each file until it is deleted. To limit this, use --expire SECONDS.';

it('millrace sync previews, adds and deletes files, and says when they expire', async () => {
  const preview = await millrace.run([...command, '--dry-run']);
  expect(preview.stdout.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^\/photo\.png: would skip: Expected a file that ends in /),
    '/mill.txt: would add',
    '/sub/harbour.txt: would add',
  ]);
  expect(preview.stderr).toBe(
    `Dry run: nothing has changed. A sync would make these changes:\nadded      2\nreplaced   0\ndeleted    0\nunchanged  0\nskipped    1\nfailed     0\n${never}\n`,
  );
  const { code, stdout } = await millrace.run(command);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\/mill\.txt: added, file \S{36}$/m);
  const list = await millrace.run(['list', '--pipeline', 'notes']);
  expect(list.stdout).toMatch(/\/sub\/harbour\.txt .* never$/m);

  unlinkSync(join(millrace.directory, 'notes/sub/harbour.txt'));
  const again = await millrace.run([...command, '--json']);
  const changes = again.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(changes).toContainEqual(
    expect.objectContaining({ action: 'delete', status: 'done', symbolicFilePath: '/sub/harbour.txt' }),
  );
  expect(again).toMatchObject({ code: 0, stderr: '' });
});

it('millrace sync rejects deleting everything, a missing directory and a missing name with exit code 2', async () => {
  unlinkSync(join(millrace.directory, 'notes/mill.txt'));
  const rejected = await millrace.run(command);
  expect(rejected).toMatchObject({ code: 2, stdout: '' });
  expect(rejected.stderr).toMatch(/Sync would delete them all\. If that is intended, use --delete-all/);
  expect(await millrace.run([...command, '--delete-all'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('/mill.txt: deleted') as string,
  });
  expect(await millrace.run(['sync', 'nowhere', ...command.slice(2)])).toMatchObject({ code: 2 });
  expect((await millrace.run(['sync', 'notes', '--chain', 'keyword-db'])).stderr).toContain('--pipeline NAME');
});

it(
  'a sync that is killed and repeated has the same result, and uploads no file twice',
  { timeout: 600_000 },
  async () => {
    const files = 40;
    mkdirSync(join(millrace.directory, 'many'));
    for (let n = 0; n < files; n++)
      writeFileSync(join(millrace.directory, `many/${n}.txt`), `The kettle number ${n} sang.\n`);
    const many = ['sync', 'many', '--chain', 'keyword-db', '--pipeline', 'many'];
    const countRuns = async (): Promise<number> => {
      const { stdout } = await millrace.run(['runs', '--of', 'many', '--limit', '1000', '--json']);
      return (JSON.parse(stdout) as { items: unknown[] }).items.length;
    };
    for (const until of [1, 15]) {
      const running = millrace.spawn([...many, '--concurrency', '2']);
      while (running.child.exitCode === null && (await countRuns()) < until) await sleep(50);
      await running.stop('SIGKILL');
    }
    const last = await millrace.run([...many, '--json']);
    expect(last).toMatchObject({ code: 0, stderr: '' });
    expect(await countRuns()).toBe(files);
    const { stdout } = await millrace.run(['list', '--pipeline', 'many', '--json']);
    expect((JSON.parse(stdout) as { items: unknown[] }).items).toHaveLength(files);
    const final = await millrace.run(many);
    expect(final.stderr).toContain(`unchanged  ${files}\n`);
  },
);
