import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { SyncChange, SyncOptions, SyncSummary } from 'millrace';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalServer, type LocalServer } from '../support/local-server.js';

let server: LocalServer;
let scratch: string;
beforeAll(async () => {
  server = await startLocalServer();
  scratch = mkdtempSync(join(tmpdir(), 'millrace-sync-'));
});
afterAll(async () => {
  await server.close();
  await rm(scratch, { recursive: true, force: true });
});

const pathIn = (folder: string, path: string): string => join(scratch, folder, path);
const writeInput = (folder: string, path: string, content: string): void => {
  mkdirSync(dirname(pathIn(folder, path)), { recursive: true });
  writeFileSync(pathIn(folder, path), content);
};
const pipelineOf = (name: string) => server.connect().createPipeline(name, ['parser', 'json-to-txt', 'keyword-db']);
const sync = (folder: string, options: Partial<SyncOptions> = {}, name = folder): Promise<SyncSummary> =>
  server.connect().sync(join(scratch, folder), { pipeline: pipelineOf(name), ...options });
const actionsOf = ({ changes }: SyncSummary) =>
  changes.map(
    ({ symbolicFilePath, action, status }) => `${symbolicFilePath} ${action}${status === 'failed' ? ', failed' : ''}`,
  );
const listPaths = async (name: string): Promise<string[]> => {
  const { items } = await server.connect().files.list({ pipeline: name });
  return items.map(({ symbolicFilePath }) => symbolicFilePath).sort();
};
const searchPaths = async (name: string, word: string): Promise<string[]> => {
  const { items } = await pipelineOf(name).keywordSearch(word, { symbolicDirectoryPaths: ['/*'] });
  return items.map(({ file }) => file.symbolicFilePath);
};

it('a sync mirrors new, changed, moved and deleted files of the folder, and duplicates once', async () => {
  writeInput('deeds', 'a.txt', 'The tenant pays.');
  writeInput('deeds', '2026/b.txt', 'The landlord repairs.');
  writeInput('deeds', '2026/c.txt', 'The garden is shared.');
  writeInput('deeds', 'copy of a.txt', 'The tenant pays.');
  writeInput('deeds', 'photo.jpg', 'no photo');
  const preview = await sync('deeds', { dryRun: true });
  expect(preview).toMatchObject({ added: 3, skipped: 2, deleted: 0, dryRun: true, needsDeleteAll: false });
  expect(await listPaths('deeds')).toEqual([]);
  const first = await sync('deeds');
  expect(actionsOf(first)).toEqual([
    '/2026/b.txt add',
    '/2026/c.txt add',
    '/a.txt add',
    '/copy of a.txt duplicate',
    '/photo.jpg unsupported',
  ]);
  expect(await listPaths('deeds')).toEqual(['/2026/b.txt', '/2026/c.txt', '/a.txt']);
  expect(await sync('deeds')).toMatchObject({ unchanged: 3, added: 0, skipped: 2, deleted: 0, failed: 0 });

  writeInput('deeds', 'a.txt', 'The tenant owes.');
  renameSync(pathIn('deeds', '2026/b.txt'), pathIn('deeds', 'repairs.txt'));
  unlinkSync(pathIn('deeds', '2026/c.txt'));
  const second = await sync('deeds', { dryRun: true });
  expect(actionsOf(second)).toEqual([
    '/2026/c.txt delete',
    '/a.txt replace',
    '/copy of a.txt add',
    '/photo.jpg unsupported',
    '/repairs.txt move',
  ]);
  expect(await sync('deeds')).toMatchObject({ replaced: 1, added: 1, moved: 1, deleted: 1, skipped: 1, failed: 0 });
  expect(await listPaths('deeds')).toEqual(['/a.txt', '/copy of a.txt', '/repairs.txt']);
  expect(await searchPaths('deeds', 'garden')).toEqual([]);
  expect(await searchPaths('deeds', 'pays')).toEqual(['/copy of a.txt']);
  expect(await searchPaths('deeds', 'owes')).toEqual(['/a.txt']);
});

it('a sync deletes and replaces only files of earlier syncs to its directory, unless adopt is true', async () => {
  await pipelineOf('shared').process(Buffer.from('By hand.'), {
    symbolicFilePath: '/docs/hand.txt',
    downloadOutput: false,
  });
  await pipelineOf('shared').process(Buffer.from('Also by hand.'), {
    symbolicFilePath: '/docs/same.txt',
    downloadOutput: false,
  });
  writeInput('inner', 'x.txt', 'An inner text.');
  await sync('inner', { symbolicDirectoryPath: '/docs/inner' }, 'shared');
  writeInput('docs', 'same.txt', 'From the folder.');
  writeInput('docs', 'new.txt', 'A new text.');
  const first = await sync('docs', { symbolicDirectoryPath: '/docs' }, 'shared');
  expect(actionsOf(first)).toEqual(['/docs/new.txt add', '/docs/same.txt replace, failed']);
  expect(first.changes[1]?.message).toContain('adopt: true');
  expect(await listPaths('shared')).toEqual(['/docs/hand.txt', '/docs/inner/x.txt', '/docs/new.txt', '/docs/same.txt']);
  const options = { symbolicDirectoryPath: '/docs', adopt: true };
  expect(await sync('docs', options, 'shared')).toMatchObject({ replaced: 1, deleted: 2, unchanged: 1, failed: 0 });
  expect(await listPaths('shared')).toEqual(['/docs/new.txt', '/docs/same.txt']);
});

it('a sync rejects a missing folder, and an empty one unless deleteAll is true', async () => {
  writeInput('last', 'a.txt', 'The only text.');
  await sync('last');
  unlinkSync(pathIn('last', 'a.txt'));
  expect(await sync('last', { dryRun: true })).toMatchObject({ deleted: 1, needsDeleteAll: true });
  await expect(sync('last')).rejects.toThrow(
    /got none of the 1 below '\/'\. Sync would delete them all.*deleteAll: true/,
  );
  rmSync(pathIn('last', ''), { recursive: true });
  await expect(sync('last', { deleteAll: true })).rejects.toThrow('There is no directory at');
  expect(await listPaths('last')).toEqual(['/a.txt']);
  mkdirSync(pathIn('last', 'empty/and empty'), { recursive: true });
  expect(await sync('last', { deleteAll: true })).toMatchObject({ deleted: 1 });
  expect(await listPaths('last')).toEqual([]);
  // an empty pipeline has no files to lose
  expect(await sync('last')).toMatchObject({ added: 0, deleted: 0 });
});

it.skipIf(process.getuid?.() === 0)(
  'a sync keeps the files of a directory that it cannot read, and reports the failure',
  async () => {
    writeInput('locked', 'a.txt', 'An open text.');
    writeInput('locked', 'lost/b.txt', 'A locked text.');
    await sync('locked');
    chmodSync(pathIn('locked', 'lost'), 0);
    try {
      expect(actionsOf(await sync('locked'))).toEqual(['/a.txt unchanged', '/lost add, failed']);
    } finally {
      chmodSync(pathIn('locked', 'lost'), 0o700);
    }
    expect(await listPaths('locked')).toEqual(['/a.txt', '/lost/b.txt']);
  },
);

it('a sync deletes excluded files and files that became duplicates, but not files that have reappeared', async () => {
  for (const name of ['a', 'b', 'draft', 'again']) writeInput('parts', `${name}.txt`, `The text ${name}.`);
  await sync('parts');
  writeInput('parts', 'b.txt', 'The text a.');
  unlinkSync(pathIn('parts', 'again.txt'));
  const onFile = ({ action }: SyncChange): void => {
    if (action === 'unchanged') writeInput('parts', 'again.txt', 'It has come back.');
  };
  const { changes } = await sync('parts', { exclude: 'draft.txt', onFile });
  expect(changes).toMatchObject([
    { symbolicFilePath: '/a.txt', action: 'unchanged' },
    { symbolicFilePath: '/again.txt', action: 'kept', message: 'The file is in the folder again' },
    { symbolicFilePath: '/b.txt', action: 'duplicate' },
    { symbolicFilePath: '/b.txt', action: 'delete', status: 'done' },
    { symbolicFilePath: '/draft.txt', action: 'delete', status: 'done' },
  ]);
  expect(await listPaths('parts')).toEqual(['/a.txt', '/again.txt']);
});

it('a sync keeps files behind broken links, and files that cannot move to their new path', async () => {
  writeInput('links', 'a.txt', 'A text at home.');
  for (const name of ['away', 'circle']) {
    writeInput('targets', `${name}.txt`, `A text ${name}.`);
    symlinkSync(`../targets/${name}.txt`, pathIn('links', `${name}.txt`));
  }
  for (const name of ['renamed', 'moved']) writeInput('links', `${name}.txt`, `A text to be ${name}.`);
  await sync('links');
  rmSync(pathIn('targets', ''), { recursive: true });
  unlinkSync(pathIn('links', 'circle.txt'));
  symlinkSync('circle.txt', pathIn('links', 'circle.txt'));
  symlinkSync('nowhere.txt', pathIn('links', 'new.txt'));
  renameSync(pathIn('links', 'renamed.txt'), pathIn('links', 'renamed*.md'));
  renameSync(pathIn('links', 'moved.txt'), pathIn('links', 'moved*.txt'));
  const before = ['/a.txt', '/away.txt', '/circle.txt', '/moved.txt', '/renamed.txt'];
  expect(actionsOf(await sync('links'))).toEqual([
    '/a.txt unchanged',
    '/away.txt replace, failed',
    '/circle.txt replace, failed',
    '/moved*.txt move, failed',
    '/new.txt gone',
    '/renamed*.md add, failed',
    '/renamed.txt kept',
  ]);
  expect(await listPaths('links')).toEqual(before);
});

it('concurrent syncs give the same result and process each file once', async () => {
  for (let n = 0; n < 30; n++) writeInput('twice', `${n}.txt`, `The kettle number ${n} sang.`);
  const both = await Promise.all([sync('twice'), sync('twice')]);
  expect(both.map(({ failed }) => failed)).toEqual([0, 0]);
  expect(await listPaths('twice')).toHaveLength(30);
  const { total } = await server.connect().runs.list({ of: 'twice', count: true });
  expect(total).toBe(30);
  for (let n = 0; n < 15; n++) writeInput('twice', `${n}.txt`, `The pan number ${n} hissed.`);
  for (let n = 15; n < 20; n++) unlinkSync(pathIn('twice', `${n}.txt`));
  const again = await Promise.all([sync('twice'), sync('twice')]);
  expect(again.flatMap(({ changes }) => changes.flatMap(({ error }) => error?.message ?? []))).toEqual([]);
  expect(await listPaths('twice')).toHaveLength(25);
  expect(await searchPaths('twice', 'hissed')).toHaveLength(15);
});

it('a sync deletes nothing if another directory has replaced the folder, as after an unmount', async () => {
  for (const name of ['a', 'b']) writeInput('disk', `${name}.txt`, `The text ${name}.`);
  await sync('disk');
  const unmount = (): void => {
    renameSync(pathIn('disk', ''), pathIn('away', ''));
    writeInput('disk', 'a.txt', 'The text a.');
  };
  const mount = (): void => {
    rmSync(pathIn('disk', ''), { recursive: true });
    renameSync(pathIn('away', ''), pathIn('disk', ''));
  };
  const stopped = /another directory is at this path.*disk may have been unmounted/;

  // sync reads the folder after it has listed the files on the server
  const ignore = (): void => undefined;
  const debug = (message: string): void => {
    if (message.startsWith('GET /v1/files:')) unmount();
  };
  const client = server.connect({
    logLevel: 'debug',
    logger: { error: ignore, warn: ignore, info: ignore, debug },
  });
  const options = { pipeline: pipelineOf('disk'), deleteAll: true };
  await expect(client.sync(join(scratch, 'disk'), options)).rejects.toThrow(stopped);
  mount();
  unlinkSync(pathIn('disk', 'b.txt'));
  await expect(sync('disk', { onFile: unmount })).rejects.toThrow(stopped);
  expect(await listPaths('disk')).toEqual(['/a.txt', '/b.txt']);
  mount();
  expect(await sync('disk')).toMatchObject({ unchanged: 1, deleted: 1 });
});

it('a sync applies an expiry and tags to new files only, and rejects invalid options', async () => {
  writeInput('brief', 'a.txt', 'For a day.');
  await sync('brief', { expireTime: 86_400, fileTags: [{ of: 'day' }] });
  const [file] = (await pipelineOf('brief').list({ fileTags: [{ of: 'day' }] })).items;
  expect(file?.expiresAt?.getTime()).toBeGreaterThan(Date.now() + 80_000_000);
  // unchanged files keep their expiry and tags
  await sync('brief', { expireTime: 864_000, fileTags: [{ of: 'ten days' }] });
  expect((await pipelineOf('brief').list({ fileTags: [{ of: 'day' }] })).items).toMatchObject([
    { fileId: file?.fileId, expiresAt: file?.expiresAt, fileTags: [{ of: 'day' }] },
  ]);
  await expect(sync('brief', { dryrun: true } as object)).rejects.toThrow(/dryRun/);
  await expect(sync('brief', { pipeline: 'brief' } as never)).rejects.toThrow(/client\.createPipeline/);
});
