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
const put = (folder: string, path: string, content: string): void => {
  mkdirSync(dirname(pathIn(folder, path)), { recursive: true });
  writeFileSync(pathIn(folder, path), content);
};
const pipelineOf = (name: string) => server.connect().createPipeline(name, ['parser', 'json-to-txt', 'keyword-db']);
const sync = (folder: string, options: Partial<SyncOptions> = {}, name = folder): Promise<SyncSummary> =>
  server.connect().sync(join(scratch, folder), { pipeline: pipelineOf(name), ...options });
const actions = ({ changes }: SyncSummary) =>
  changes.map(
    ({ symbolicFilePath, action, status }) => `${symbolicFilePath} ${action}${status === 'failed' ? ', failed' : ''}`,
  );
const held = async (name: string): Promise<string[]> => {
  const { items } = await server.connect().files.list({ pipeline: name });
  return items.map(({ symbolicFilePath }) => symbolicFilePath).sort();
};
const found = async (name: string, word: string): Promise<string[]> => {
  const { items } = await pipelineOf(name).keywordSearch(word, { symbolicDirectoryPaths: ['/*'] });
  return items.map(({ file }) => file.symbolicFilePath);
};

it('a pipeline holds exactly what the folder holds: new, changed, moved and deleted files, and duplicates once', async () => {
  put('deeds', 'a.txt', 'The tenant pays.');
  put('deeds', '2026/b.txt', 'The landlord repairs.');
  put('deeds', '2026/c.txt', 'The garden is shared.');
  put('deeds', 'copy of a.txt', 'The tenant pays.');
  put('deeds', 'photo.jpg', 'no photo');
  const preview = await sync('deeds', { dryRun: true });
  expect(preview).toMatchObject({ added: 3, skipped: 2, deleted: 0, dryRun: true, needsDeleteAll: false });
  expect(await held('deeds')).toEqual([]);
  const first = await sync('deeds');
  expect(actions(first)).toEqual([
    '/2026/b.txt add',
    '/2026/c.txt add',
    '/a.txt add',
    '/copy of a.txt duplicate',
    '/photo.jpg unsupported',
  ]);
  expect(await held('deeds')).toEqual(['/2026/b.txt', '/2026/c.txt', '/a.txt']);
  expect(await sync('deeds')).toMatchObject({ unchanged: 3, added: 0, skipped: 2, deleted: 0, failed: 0 });

  put('deeds', 'a.txt', 'The tenant owes.');
  renameSync(pathIn('deeds', '2026/b.txt'), pathIn('deeds', 'repairs.txt'));
  unlinkSync(pathIn('deeds', '2026/c.txt'));
  const second = await sync('deeds', { dryRun: true });
  expect(actions(second)).toEqual([
    '/2026/c.txt delete',
    '/a.txt replace',
    '/copy of a.txt add',
    '/photo.jpg unsupported',
    '/repairs.txt move',
  ]);
  expect(await sync('deeds')).toMatchObject({ replaced: 1, added: 1, moved: 1, deleted: 1, skipped: 1, failed: 0 });
  expect(await held('deeds')).toEqual(['/a.txt', '/copy of a.txt', '/repairs.txt']);
  expect(await found('deeds', 'garden')).toEqual([]);
  expect(await found('deeds', 'pays')).toEqual(['/copy of a.txt']);
  expect(await found('deeds', 'owes')).toEqual(['/a.txt']);
});

it('deletes and replaces only what a sync of the same symbolic directory has put there, unless it may adopt', async () => {
  await pipelineOf('shared').process(Buffer.from('By hand.'), {
    symbolicFilePath: '/docs/hand.txt',
    downloadOutput: false,
  });
  await pipelineOf('shared').process(Buffer.from('Also by hand.'), {
    symbolicFilePath: '/docs/same.txt',
    downloadOutput: false,
  });
  put('inner', 'x.txt', 'An inner text.');
  await sync('inner', { symbolicDirectoryPath: '/docs/inner' }, 'shared');
  put('docs', 'same.txt', 'From the folder.');
  put('docs', 'new.txt', 'A new text.');
  const first = await sync('docs', { symbolicDirectoryPath: '/docs' }, 'shared');
  expect(actions(first)).toEqual(['/docs/new.txt add', '/docs/same.txt replace, failed']);
  expect(first.changes[1]?.message).toContain('adopt: true');
  expect(await held('shared')).toEqual(['/docs/hand.txt', '/docs/inner/x.txt', '/docs/new.txt', '/docs/same.txt']);
  const options = { symbolicDirectoryPath: '/docs', adopt: true };
  expect(await sync('docs', options, 'shared')).toMatchObject({ replaced: 1, deleted: 2, unchanged: 1, failed: 0 });
  expect(await held('shared')).toEqual(['/docs/new.txt', '/docs/same.txt']);
});

it('refuses to delete everything, and a folder that is missing or cannot be read', async () => {
  put('last', 'a.txt', 'The only text.');
  await sync('last');
  unlinkSync(pathIn('last', 'a.txt'));
  expect(await sync('last', { dryRun: true })).toMatchObject({ deleted: 1, needsDeleteAll: true });
  await expect(sync('last')).rejects.toThrow(
    /got none of the 1 below '\/'\. Sync would delete them all.*deleteAll: true/,
  );
  rmSync(pathIn('last', ''), { recursive: true });
  await expect(sync('last', { deleteAll: true })).rejects.toThrow('There is no directory at');
  expect(await held('last')).toEqual(['/a.txt']);
  mkdirSync(pathIn('last', 'empty/and empty'), { recursive: true });
  expect(await sync('last', { deleteAll: true })).toMatchObject({ deleted: 1 });
  expect(await held('last')).toEqual([]);
  // nothing of an empty pipeline can be lost
  expect(await sync('last')).toMatchObject({ added: 0, deleted: 0 });
});

it.skipIf(process.getuid?.() === 0)('keeps what it cannot read, and says so', async () => {
  put('locked', 'a.txt', 'An open text.');
  put('locked', 'lost/b.txt', 'A locked text.');
  await sync('locked');
  chmodSync(pathIn('locked', 'lost'), 0);
  try {
    expect(actions(await sync('locked'))).toEqual(['/a.txt unchanged', '/lost add, failed']);
  } finally {
    chmodSync(pathIn('locked', 'lost'), 0o700);
  }
  expect(await held('locked')).toEqual(['/a.txt', '/lost/b.txt']);
});

it('deletes what is there but not part of the folder: excluded files, and those that have become duplicates', async () => {
  for (const name of ['a', 'b', 'draft', 'again']) put('parts', `${name}.txt`, `The text ${name}.`);
  await sync('parts');
  put('parts', 'b.txt', 'The text a.');
  unlinkSync(pathIn('parts', 'again.txt'));
  const onFile = ({ action }: SyncChange): void => {
    if (action === 'unchanged') put('parts', 'again.txt', 'It has come back.');
  };
  const { changes } = await sync('parts', { exclude: 'draft.txt', onFile });
  expect(changes).toMatchObject([
    { symbolicFilePath: '/a.txt', action: 'unchanged' },
    { symbolicFilePath: '/again.txt', action: 'kept', message: 'The file is in the folder again' },
    { symbolicFilePath: '/b.txt', action: 'duplicate' },
    { symbolicFilePath: '/b.txt', action: 'delete', status: 'done' },
    { symbolicFilePath: '/draft.txt', action: 'delete', status: 'done' },
  ]);
  expect(await held('parts')).toEqual(['/a.txt', '/again.txt']);
});

it('keeps what a link may lead to that cannot be followed, and what cannot be sent to its new path', async () => {
  put('links', 'a.txt', 'A text at home.');
  for (const name of ['away', 'circle']) {
    put('targets', `${name}.txt`, `A text ${name}.`);
    symlinkSync(`../targets/${name}.txt`, pathIn('links', `${name}.txt`));
  }
  for (const name of ['renamed', 'moved']) put('links', `${name}.txt`, `A text to be ${name}.`);
  await sync('links');
  rmSync(pathIn('targets', ''), { recursive: true });
  unlinkSync(pathIn('links', 'circle.txt'));
  symlinkSync('circle.txt', pathIn('links', 'circle.txt'));
  symlinkSync('nowhere.txt', pathIn('links', 'new.txt'));
  renameSync(pathIn('links', 'renamed.txt'), pathIn('links', 'renamed*.md'));
  renameSync(pathIn('links', 'moved.txt'), pathIn('links', 'moved*.txt'));
  const before = ['/a.txt', '/away.txt', '/circle.txt', '/moved.txt', '/renamed.txt'];
  expect(actions(await sync('links'))).toEqual([
    '/a.txt unchanged',
    '/away.txt replace, failed',
    '/circle.txt replace, failed',
    '/moved*.txt move, failed',
    '/new.txt gone',
    '/renamed*.md add, failed',
    '/renamed.txt kept',
  ]);
  expect(await held('links')).toEqual(before);
});

it('two syncs at once come to the same, and process each file once', async () => {
  for (let n = 0; n < 30; n++) put('twice', `${n}.txt`, `The kettle number ${n} sang.`);
  const both = await Promise.all([sync('twice'), sync('twice')]);
  expect(both.map(({ failed }) => failed)).toEqual([0, 0]);
  expect(await held('twice')).toHaveLength(30);
  const { total } = await server.connect().runs.list({ of: 'twice', count: true });
  expect(total).toBe(30);
  for (let n = 0; n < 15; n++) put('twice', `${n}.txt`, `The pan number ${n} hissed.`);
  for (let n = 15; n < 20; n++) unlinkSync(pathIn('twice', `${n}.txt`));
  const again = await Promise.all([sync('twice'), sync('twice')]);
  expect(again.flatMap(({ changes }) => changes.flatMap(({ error }) => error?.message ?? []))).toEqual([]);
  expect(await held('twice')).toHaveLength(25);
  expect(await found('twice', 'hissed')).toHaveLength(15);
});

it('stops before it deletes anything if its folder has been replaced, as by the directory below an unmounted disk', async () => {
  for (const name of ['a', 'b']) put('disk', `${name}.txt`, `The text ${name}.`);
  await sync('disk');
  const unmount = (): void => {
    renameSync(pathIn('disk', ''), pathIn('away', ''));
    put('disk', 'a.txt', 'The text a.');
  };
  const mount = (): void => {
    rmSync(pathIn('disk', ''), { recursive: true });
    renameSync(pathIn('away', ''), pathIn('disk', ''));
  };
  const stopped = /another directory is at this path.*disk may have been unmounted/;

  // once it has listed the files of the server, it reads the folder
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
  expect(await held('disk')).toEqual(['/a.txt', '/b.txt']);
  mount();
  expect(await sync('disk')).toMatchObject({ unchanged: 1, deleted: 1 });
});

it('an expiry is that of the new files, and a version without folders refuses', async () => {
  put('brief', 'a.txt', 'For a day.');
  await sync('brief', { expireTime: 86_400, fileTags: [{ of: 'day' }] });
  const [file] = (await pipelineOf('brief').list({ fileTags: [{ of: 'day' }] })).items;
  expect(file?.expiresAt?.getTime()).toBeGreaterThan(Date.now() + 80_000_000);
  // what is unchanged keeps its expiry and its tags
  await sync('brief', { expireTime: 864_000, fileTags: [{ of: 'ten days' }] });
  expect((await pipelineOf('brief').list({ fileTags: [{ of: 'day' }] })).items).toMatchObject([
    { fileId: file?.fileId, expiresAt: file?.expiresAt, fileTags: [{ of: 'day' }] },
  ]);
  await expect(sync('brief', { dryrun: true } as object)).rejects.toThrow(/dryRun/);
  await expect(sync('brief', { pipeline: 'brief' } as never)).rejects.toThrow(/client\.createPipeline/);
});
