import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { BlobStore } from '../../src/blobs/blob-store.js';
import { openDiskBlobs } from '../../src/blobs/disk-blobs.js';
import { makeScratch } from '../support/blob-files.js';

/** A negative age also covers files that were just created, which file systems stamp with a coarser clock. */
const anyAge = -60_000;
const anHour = 3_600_000;
const allInUse = async (keys: string[]): Promise<Set<string>> => new Set(keys);
const noneInUse = async (): Promise<Set<string>> => new Set();

let root: string;
let crashed: BlobStore;
let blobs: BlobStore;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'millrace-sweep-'));
  crashed = await openDiskBlobs(root);
  blobs = await openDiskBlobs(root);
});

afterEach(() => rm(root, { recursive: true, force: true }));

const write = async (): Promise<string> => (await blobs.write(Readable.from([Buffer.from('x')]), { maxBytes: 10 })).key;

it('removes the unfinished files and scratch directories of a process that crashed', async () => {
  const scratch = await makeScratch(crashed);
  await mkdir(join(scratch, 'pages'));
  await writeFile(join(scratch, 'pages', '1'), 'half a page');
  const death = new AbortController();
  const writing = crashed.write(new Readable({ read: () => undefined }), { maxBytes: 10, signal: death.signal });
  while ((await readdir(join(root, 'tmp'))).length < 2) await new Promise(setImmediate);

  expect(await blobs.sweep({ olderThanMs: anyAge, findKeysInUse: allInUse })).toBe(2);
  expect(await readdir(join(root, 'tmp'))).toEqual([]);
  death.abort();
  await expect(writing).rejects.toThrow();
});

it('keeps a scratch directory with a recent change at any depth, whatever its own time', async () => {
  const scratch = await makeScratch(crashed);
  await mkdir(join(scratch, 'pages'));
  await writeFile(join(scratch, 'pages', '1'), 'a page being written');
  await utimes(scratch, 0, 0);

  expect(await blobs.sweep({ olderThanMs: anHour, findKeysInUse: allInUse })).toBe(0);
  expect(await readdir(scratch)).toEqual(['pages']);
});

it('continues if another process deletes a directory at the same time', async () => {
  const files = await import('node:fs/promises');
  vi.resetModules();
  vi.doMock('node:fs/promises', () => ({
    ...files,
    opendir: async (path: string) => {
      if (path.endsWith('vanishing')) await rm(path, { recursive: true });
      return files.opendir(path);
    },
  }));
  try {
    const { sweepTemporary } = await import('../../src/blobs/sweep-disk.js');
    await mkdir(join(root, 'tmp', 'vanishing'));
    const [before, ownPrefix] = [Date.now() - anyAge, 'own-'];
    await sweepTemporary(join(root, 'tmp'), { before, ownPrefix, isOnlyProcess: false });
    expect(await readdir(join(root, 'tmp'))).toEqual([]);
  } finally {
    vi.doUnmock('node:fs/promises');
    vi.resetModules();
  }
});

it('never removes a scratch directory of its own process', async () => {
  const scratch = await makeScratch(blobs);

  expect(await blobs.sweep({ olderThanMs: anyAge, findKeysInUse: allInUse })).toBe(0);
  expect(await readdir(scratch)).toEqual([]);
});

it('removes a symbolic link that a module left behind, but not its target', async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), 'millrace-elsewhere-'));
  await writeFile(join(elsewhere, 'keep'), 'x');
  const scratch = await makeScratch(crashed);
  await symlink(elsewhere, join(scratch, 'out'));

  expect(await blobs.sweep({ olderThanMs: anyAge, findKeysInUse: allInUse })).toBe(1);
  expect(await readdir(elsewhere)).toEqual(['keep']);
  await rm(elsewhere, { recursive: true });
});

it('removes blobs that are not in use, and keeps the others', async () => {
  const keys = await Promise.all(Array.from({ length: 5 }, write));
  const keysInUse = new Set(keys.slice(0, 2));

  const removed = await blobs.sweep({
    olderThanMs: anyAge,
    findKeysInUse: async (asked) => new Set(asked.filter((key) => keysInUse.has(key))),
  });

  expect(removed).toBe(3);
  expect(await Promise.all(keys.map((key) => blobs.getSize(key)))).toEqual([1, 1, undefined, undefined, undefined]);
});

it('looks up thousands of keys at once', async () => {
  const shard = join(root, 'blobs', 'ab');
  await mkdir(shard);
  const keys = Array.from({ length: 1200 }, () => `ab${randomUUID().slice(2)}`);
  for (const key of keys) await writeFile(join(shard, key), '');
  const batchSizes: number[] = [];

  const removed = await blobs.sweep({
    olderThanMs: anyAge,
    findKeysInUse: async (batch) => {
      batchSizes.push(batch.length);
      return new Set();
    },
  });

  expect(removed).toBe(1200);
  expect(batchSizes).toEqual([1200]);
});

it('keeps a new blob that is not in use, because its transaction may not have committed yet', async () => {
  const scratch = await makeScratch(blobs);
  await writeFile(join(scratch, 'out'), 'x');
  await utimes(join(scratch, 'out'), 0, 0);
  const key = await blobs.adopt(join(scratch, 'out'));

  expect(await blobs.sweep({ olderThanMs: anHour, findKeysInUse: noneInUse })).toBe(0);
  expect(await blobs.getSize(key)).toBe(1);
});

it('keeps files that are not blobs', async () => {
  const key = await write();
  await writeFile(join(root, 'blobs', key.slice(0, 2), 'README'), 'a note');
  await writeFile(join(root, 'blobs', 'lost+found'), '');

  expect(await blobs.sweep({ olderThanMs: anyAge, findKeysInUse: allInUse })).toBe(0);
  expect(await readdir(join(root, 'blobs', key.slice(0, 2)))).toContain('README');
});

it('removes scratch directories of any age if no other process can exist, but keeps unfinished uploads', async () => {
  await makeScratch(crashed);
  const upload = randomUUID();
  await crashed.getPartial(upload).createIfMissing();

  expect(await blobs.sweep({ olderThanMs: anHour, isOnlyProcess: true, findKeysInUse: allInUse })).toBe(1);
  expect(await readdir(join(root, 'tmp'))).toEqual([`${upload}.upload`]);
});
