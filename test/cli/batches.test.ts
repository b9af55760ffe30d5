import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCliServer, type CliServer } from './support/cli-server.js';
import { harbour, mill } from './support/texts.js';

interface Batches {
  readonly items: readonly { readonly batchId: string; readonly name: string }[];
}

let millrace: CliServer;
let id: string;
let name: string;

beforeAll(async () => {
  millrace = await startCliServer();
  mkdirSync(join(millrace.directory, 'letters'));
  writeFileSync(join(millrace.directory, 'letters/mill.txt'), mill);
  writeFileSync(join(millrace.directory, 'letters/harbour.txt'), harbour);
  writeFileSync(join(millrace.directory, 'letters/broken.pdf'), '%PDF-1.4\nnothing');
  await millrace.run(['process', 'letters', '--chain', 'parser', '--pipeline', 'letters', '--no-save']);
  const [batch] = await batchesOf('letters');
  [id, name] = [batch?.batchId ?? '', batch?.name ?? ''];
});
afterAll(() => millrace.close());

async function batchesOf(pipeline: string): Promise<Batches['items']> {
  const { stdout } = await millrace.run(['batches', '--of', pipeline, '--json']);
  return (JSON.parse(stdout) as Batches).items;
}

const outputsIn = (directory: string): string[] => readdirSync(join(millrace.directory, directory)).sort();

describe('millrace batches', () => {
  it('lists the batches of a pipeline', async () => {
    const { code, stdout, stderr } = await millrace.run(['batches', '--of', 'letters']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [head, row, ...more] = stdout.trimEnd().split('\n');
    expect(head).toMatch(/^BATCH ID +NAME +OF +STATE +DONE +FAILED +CREATED$/);
    expect(row).toMatch(new RegExp(`^${id} +${name} +letters +\\S+ +3 of 3 +1 +\\S+`));
    expect(more).toEqual([]);
    const none = await millrace.run(['batches', '--of', 'nothing']);
    expect(none).toMatchObject({ code: 0, stdout: '' });
  });

  it('shows the file counts of a batch and why files failed', async () => {
    const { code, stdout } = await millrace.run(['batches', id]);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^batch +${name} of letters$`, 'm'));
    expect(stdout).toMatch(/^files +3\nqueued +0\nrunning +0\ncompleted +2\nfailed +1\ncancelled +0\nskipped +0$/m);
    expect(stdout).toMatch(/^1 failed: parser: .*PDF.* \(broken\.pdf\)$/m);
    const watched = await millrace.run(['batches', id, '--watch', '--json']);
    expect(JSON.parse(watched.stdout)).toMatchObject({ batchId: id, counts: { completed: 2, failed: 1 } });
  });

  it.each<[string, string[], number, RegExp]>([
    ['two ids', ['batches', 'one', 'two'], 2, /Expected one batch id, got two/],
    ['cancel without an id', ['batches', 'cancel'], 2, /Missing batch id after cancel/],
    ['--limit with an id', ['batches', 'some', '--limit', '3'], 2, /--limit can only be used to list batches/],
    ['--watch without an id', ['batches', '--watch'], 2, /--watch can only be used with a batch id/],
    ['an invalid id', ['batches', 'some'], 2, /BATCH_ID: Expected an id to be of the form .*, got "some"/],
  ])('rejects %s', async (_case, args, expected, message) => {
    const { code, stdout, stderr } = await millrace.run(args);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describe('millrace fetch with a batch id', () => {
  it('saves the outputs of its completed files', async () => {
    const { code, stdout } = await millrace.run(['fetch', id, '--save', 'out', '--json']);
    expect(code).toBe(0);
    const { outputFiles, ...others } = JSON.parse(stdout) as { outputFiles: string[] };
    expect(others).toEqual({ batchId: id, pipeline: 'letters', failed: [] });
    expect(outputFiles.map((path) => path.replace(/^.*\//, '')).sort()).toEqual(outputsIn('out'));
    const texts = outputsIn('out').map((file) => readFileSync(join(millrace.directory, 'out', file), 'utf8'));
    expect(texts.filter((text) => /harbour/i.test(text))).toHaveLength(1);
    expect(texts).toHaveLength(2);
  });

  it('saves the other outputs if one cannot be saved, and names its file', async () => {
    const [first = ''] = outputsIn('out');
    mkdirSync(join(millrace.directory, 'taken'));
    writeFileSync(join(millrace.directory, 'taken', first), 'mine, not JSON');
    const { code, stdout, stderr } = await millrace.run(['fetch', id, '--save', 'taken']);
    expect(code).not.toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toContain(first.replace(/\..*/, ''));
    expect(outputsIn('taken')).toEqual(outputsIn('out'));
    expect(readFileSync(join(millrace.directory, 'taken', first), 'utf8')).toBe('mine, not JSON');
  });

  it('keeps existing files with --if-exists skip, whatever their content', async () => {
    const [first = ''] = outputsIn('taken');
    const { code, stdout } = await millrace.run(['fetch', id, '--save', 'taken', '--if-exists', 'skip']);
    expect({ code, saved: stdout.trimEnd().split('\n') }).toMatchObject({ code: 0, saved: { length: 2 } });
    expect(readFileSync(join(millrace.directory, 'taken', first), 'utf8')).toBe('mine, not JSON');
  });
});

it('batches cancel stops a running batch, and rejects one that has ended', async () => {
  mkdirSync(join(millrace.directory, 'inbox'));
  writeFileSync(join(millrace.directory, 'inbox/mill.txt'), mill);
  const inbox = ['process', 'inbox', '--chain', 'parser', '--pipeline', 'inbox', '--no-save'];
  const watching = millrace.spawn([...inbox, '--watch']);
  await watching.waitForOutput('stdout', /completed/);
  const open = (await batchesOf('inbox'))[0]?.batchId ?? '';
  expect((await millrace.run(['batches', open])).stdout).toMatch(/^state +running; more files can be added$/m);
  expect(await millrace.run(['batches', 'cancel', open])).toMatchObject({ code: 0, stdout: `cancelled ${open}\n` });
  await watching.stop('SIGINT');
  const { code, stderr } = await millrace.run(['batches', 'cancel', id]);
  expect([code, stderr]).toEqual([3, expect.stringContaining('has ended, so it cannot be cancelled')]);
});
