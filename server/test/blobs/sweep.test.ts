import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BlobStore } from '../../src/blobs/blob-store.js';
import { openDiskBlobs } from '../../src/blobs/disk-blobs.js';
import { makeScratch } from '../support/blob-files.js';

/** Later than the times of files that were just made: file systems stamp with a coarser clock. */
const everything = -60_000;
const anHour = 3_600_000;
const allKnown = async (keys: string[]): Promise<Set<string>> => new Set(keys);
const noneKnown = async (): Promise<Set<string>> => new Set();

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

it('removes what a process that died left half-written, and its scratch directories', async () => {
  const scratch = await makeScratch(crashed);
  await mkdir(join(scratch, 'pages'));
  await writeFile(join(scratch, 'pages', '1'), 'half a page');
  const death = new AbortController();
  const writing = crashed.write(new Readable({ read: () => undefined }), { maxBytes: 10, signal: death.signal });
  while ((await readdir(join(root, 'tmp'))).length < 2) await new Promise(setImmediate);

  expect(await blobs.sweep({ olderThanMs: everything, findKeysInUse: allKnown })).toBe(2);
  expect(await readdir(join(root, 'tmp'))).toEqual([]);
  death.abort();
  await expect(writing).rejects.toThrow();
});

it('leaves alone what changed lately, however deep, and whatever its directory says', async () => {
  const scratch = await makeScratch(crashed);
  await mkdir(join(scratch, 'pages'));
  await writeFile(join(scratch, 'pages', '1'), 'a page being written');
  await utimes(scratch, 0, 0);

  expect(await blobs.sweep({ olderThanMs: anHour, findKeysInUse: allKnown })).toBe(0);
  expect(await readdir(scratch)).toEqual(['pages']);
});

it('never removes what this process itself uses', async () => {
  const scratch = await makeScratch(blobs);

  expect(await blobs.sweep({ olderThanMs: everything, findKeysInUse: allKnown })).toBe(0);
  expect(await readdir(scratch)).toEqual([]);
});

it('removes a link that a module left behind, and nothing of what it points at', async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), 'millrace-elsewhere-'));
  await writeFile(join(elsewhere, 'keep'), 'x');
  const scratch = await makeScratch(crashed);
  await symlink(elsewhere, join(scratch, 'out'));

  expect(await blobs.sweep({ olderThanMs: everything, findKeysInUse: allKnown })).toBe(1);
  expect(await readdir(elsewhere)).toEqual(['keep']);
  await rm(elsewhere, { recursive: true });
});

it('removes blobs that nobody knows, and keeps those that somebody does', async () => {
  const keys = await Promise.all(Array.from({ length: 5 }, write));
  const kept = new Set(keys.slice(0, 2));

  const removed = await blobs.sweep({
    olderThanMs: everything,
    findKeysInUse: async (asked) => new Set(asked.filter((key) => kept.has(key))),
  });

  expect(removed).toBe(3);
  expect(await Promise.all(keys.map((key) => blobs.size(key)))).toEqual([1, 1, undefined, undefined, undefined]);
});

it('asks about thousands at once', async () => {
  const shard = join(root, 'blobs', 'ab');
  await mkdir(shard);
  const keys = Array.from({ length: 1200 }, () => `ab${randomUUID().slice(2)}`);
  for (const key of keys) await writeFile(join(shard, key), '');
  const asked: number[] = [];

  const removed = await blobs.sweep({
    olderThanMs: everything,
    findKeysInUse: async (batch) => {
      asked.push(batch.length);
      return new Set();
    },
  });

  expect(removed).toBe(1200);
  expect(asked).toEqual([1200]);
});

it('keeps a young blob that nobody knows yet: its transaction may be on its way', async () => {
  const scratch = await makeScratch(blobs);
  await writeFile(join(scratch, 'out'), 'x');
  await utimes(join(scratch, 'out'), 0, 0);
  const key = await blobs.adopt(join(scratch, 'out'));

  expect(await blobs.sweep({ olderThanMs: anHour, findKeysInUse: noneKnown })).toBe(0);
  expect(await blobs.size(key)).toBe(1);
});

it('leaves files alone that are not blobs', async () => {
  const key = await write();
  await writeFile(join(root, 'blobs', key.slice(0, 2), 'README'), 'a note');
  await writeFile(join(root, 'blobs', 'lost+found'), '');

  expect(await blobs.sweep({ olderThanMs: everything, findKeysInUse: allKnown })).toBe(0);
  expect(await readdir(join(root, 'blobs', key.slice(0, 2)))).toContain('README');
});

it('removes what earlier processes left, whatever its age, if no other process can be there; uploads may go on', async () => {
  await makeScratch(crashed);
  const upload = randomUUID();
  await crashed.partial(upload).make();

  expect(await blobs.sweep({ olderThanMs: anHour, isAlone: true, findKeysInUse: allKnown })).toBe(1);
  expect(await readdir(join(root, 'tmp'))).toEqual([`${upload}.upload`]);
});
