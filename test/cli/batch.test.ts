import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCliServer, type CliServer } from './support/cli-server.js';
import { harbour, mill } from './support/texts.js';

let millrace: CliServer;
beforeAll(async () => {
  millrace = await startCliServer();
  mkdirSync(join(millrace.directory, 'notes/sub'), { recursive: true });
  writeFileSync(join(millrace.directory, 'notes/mill.txt'), mill);
  writeFileSync(join(millrace.directory, 'notes/.draft.txt'), mill);
  writeFileSync(join(millrace.directory, 'notes/read.me'), Buffer.from('89504e470d0a1a0a', 'hex'));
  writeFileSync(join(millrace.directory, 'notes/sub/harbour.txt'), harbour);
});
afterAll(() => millrace.close());

const command = ['process', 'notes', '--chain', 'parser'];

describe('millrace process with a directory', () => {
  it('processes the files that the options select, and prints a summary table', async () => {
    const { code, stdout, stderr } = await millrace.run([
      ...command,
      '--recursive',
      '--include',
      '*.txt',
      '--save',
      'notes/out',
    ]);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n').sort()).toEqual([
      expect.stringMatching(/^notes\/mill\.txt: completed, file \S+, saved notes\/out\/mill\.txt\.json$/),
      expect.stringMatching(
        /^notes\/sub\/harbour\.txt: completed, file \S+, saved notes\/out\/sub\/harbour\.txt\.json$/,
      ),
    ]);
    expect(stderr).toMatch(
      /^parser: 0 of 2 files\n[^]*parser: 2 of 2 files\ncompleted {5}2\nalready done {2}0\nfailed {8}0\ntook {10}[\d.]+ s, [\d.]+ files\/s\nThe server keeps each file until it is deleted\. To limit this, use --expire SECONDS\.\n$/,
    );
  });

  it('prints one JSON line for each file with --json, and skips unsupported files', async () => {
    const { code, stdout, stderr } = await millrace.run([...command, '--no-save', '--json']);
    const records = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { file: string; status: string; reason?: string });
    expect(records.map(({ file, status, reason }) => [file, status, reason]).sort()).toEqual([
      ['notes/mill.txt', 'skipped', 'unchanged'],
      ['notes/read.me', 'skipped', 'unsupported'],
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('millrace fetch saves all outputs of the batch, and says when the server deletes the files', async () => {
    const { stdout: listed } = await millrace.run(['batches', '--json']);
    const { items } = JSON.parse(listed) as { items: { batchId: string }[] };
    const batchId = items.at(-1)?.batchId ?? '';
    const { code, stdout, stderr } = await millrace.run(['fetch', batchId, '--save', 'fetched']);
    expect(code).toBe(0);
    const [first, second] = stdout.trimEnd().split('\n');
    expect([first, second]).toEqual([expect.stringContaining('/fetched/'), expect.stringContaining('/fetched/')]);
    expect(stderr).toMatch(/^The server keeps the files until they are deleted\.$/m);
    const [, id = ''] = /([^/]+)\.json$/.exec(first ?? '') ?? [];
    await millrace.run(['update', id, '--expire', '604800']);
    const again = await millrace.run(['fetch', batchId, '--save', 'fetched', '--if-exists', 'skip']);
    expect(again.stderr).toMatch(/^The server deletes the files at .*Z, and keeps 1 of them until they are deleted\./m);
  });

  it('prints the warnings of a file, and counts the files with warnings', async () => {
    mkdirSync(join(millrace.directory, 'pages'));
    writeFileSync(join(millrace.directory, 'pages/draft.html'), '<html><p>The rent.</p><p hidden>Draft.</p></html>');
    writeFileSync(join(millrace.directory, 'pages/final.html'), '<html><p>The rent.</p></html>');
    const args = ['process', 'pages', '--chain', 'parser', '--no-save', '--manifest', 'pages.journal'];
    const warning = 'parser: Hidden parts of the page were left out. [hidden-text]';
    // the second run reads the warning from the manifest
    for (const _time of ['first', 'second']) {
      const { stderr } = await millrace.run(args);
      expect(stderr).toContain(`\nwarning: pages/draft.html: ${warning}\n`);
      expect(stderr.match(/^warning: /gm)).toHaveLength(1);
      expect(stderr).toMatch(/^failed {9}0\nwith warnings {2}1\n/m);
    }
    const { stdout: runs } = await millrace.run(['runs', '--limit', '2']);
    expect(runs.match(/completed, 1 warning {2}/g)).toHaveLength(1);
    const [, id = ''] = /^(\S+) .*1 warning/m.exec(runs) ?? [];
    const { stdout } = await millrace.run(['status', id]);
    expect(stdout).toMatch(/^warnings +1$/m);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(`warning: ${warning}`);
  });

  it('processes new files with --watch until it is interrupted, and a later run skips them', async () => {
    mkdirSync(join(millrace.directory, 'inbox'));
    const pipeline = ['--chain', 'parser', '--pipeline', 'inbox'];
    const watch = ['process', 'inbox', ...pipeline, '--no-save', '--manifest', 'inbox.journal'];
    const watching = millrace.spawn([...watch, '--watch']);
    await watching.waitForOutput('stderr', /^inbox: 0 files$/m);
    writeFileSync(join(millrace.directory, 'inbox/mill.txt'), mill);
    await watching.waitForOutput('stdout', /^inbox\/mill\.txt: completed, file \S+$/m);
    writeFileSync(join(millrace.directory, 'inbox/harbour.txt'), harbour);
    await watching.waitForOutput('stdout', /^inbox\/harbour\.txt: completed, file \S+$/m);
    const { code, stderr } = await watching.stop('SIGINT');
    expect(code).toBe(130);
    expect(stderr).toMatch(/^completed {5}2$/m);
    const again = await millrace.run(watch);
    expect(again.code).toBe(0);
    expect(again.stdout.match(/: already done, /g)).toHaveLength(2);
  });

  it.each([
    ['nothing that matches', [...command, '--include', '*.pdf'], /Found no matching files/],
    [
      '--recursive without a directory',
      ['process', 'notes/mill.txt', '--chain', 'parser', '-r'],
      /--recursive can only be used with a directory/,
    ],
    ['--no-wait', [...command, '--no-wait'], /--no-wait cannot be used with a directory/],
    ['an invalid pattern', [...command, '--include', '[z-a]'], /Expected --include to be a pattern/],
  ])('rejects %s with exit code 2', async (_case, args, message) => {
    const { code, stdout, stderr } = await millrace.run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('rejects a manifest that another command is using, with its process id', async () => {
    const journal = ['--manifest', 'both.journal', '--no-save', '--pipeline', 'both'];
    const first = millrace.spawn([...command, ...journal, '--include', '*.txt', '--watch']);
    await first.waitForOutput('stdout', /completed/);
    const second = await millrace.run([...command, ...journal]);
    expect(second.code).toBe(2);
    expect(second.stderr).toMatch(new RegExp(`process ${first.child.pid ?? 0} is using it`));
    await first.stop('SIGINT');
  });
});
