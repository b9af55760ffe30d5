import { randomUUID } from 'node:crypto';
import { chmod, link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type BlobStore, BlobTooLargeError, DiskFullError, wrapDiskFullError } from '../../src/blobs/blob-store.js';
import { openDiskBlobs } from '../../src/blobs/disk-blobs.js';
import { DiskSpace } from '../../src/blobs/disk-space.js';
import { maxSmallBlobBytes } from '../../src/blobs/small-blob-contents.js';
import { blobFiles, makeScratch } from '../support/blob-files.js';

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
const text = (...parts: string[]): Readable => Readable.from(parts.map((part) => Buffer.from(part)));
const anySize = { maxBytes: Number.MAX_SAFE_INTEGER };

let root: string;
let blobs: BlobStore;

beforeEach(async () => {
  root = join(await mkdtemp(join(tmpdir(), 'millrace-blobs-')), 'data');
  blobs = await openDiskBlobs(root);
});

afterEach(async () => {
  await rm(join(root, '..'), { recursive: true, force: true });
});

const listTemporary = (): Promise<string[]> => readdir(join(root, 'tmp'));

it('refuses a root directory that spans two file systems', async () => {
  const elsewhere = await mkdtemp(join(await findOtherFileSystem(), 'millrace-blobs-'));
  onTestFinished(() => rm(elsewhere, { recursive: true }));
  const other = join(root, '..', 'other');
  await mkdir(other);
  await symlink(elsewhere, join(other, 'blobs'));

  await expect(openDiskBlobs(other)).rejects.toThrow('to be on the same file system, got two');
});

/** Finds a directory on another file system than `root`: Linux's in-memory one or, if tests write there, the checkout. */
async function findOtherFileSystem(): Promise<string> {
  const memory = '/dev/shm';
  const [here, there] = await Promise.all([stat(root), stat(memory)]);
  if (here.dev !== there.dev) return memory;
  const cache = resolve('node_modules/.cache');
  await mkdir(cache, { recursive: true });
  return cache;
}

describe('writing a blob', () => {
  it('stores the content under a key, in a directory named after the first two characters of the key', async () => {
    const { key, bytes } = await blobs.write(text('a lighthouse ', 'in the fog'), anySize);

    expect(bytes).toBe(23);
    expect(blobs.getPath(key)).toBe(join(root, 'blobs', key.slice(0, 2), key));
    expect(await readFile(blobs.getPath(key), 'utf8')).toBe('a lighthouse in the fog');
    expect(await listTemporary()).toEqual([]);
  });

  it('stores an empty file', async () => {
    const { key, bytes } = await blobs.write(text(), anySize);

    expect(bytes).toBe(0);
    expect(await blobs.getSize(key)).toBe(0);
  });

  it('lets only the owner read files and list directories', async () => {
    const { key } = await blobs.write(text('private'), anySize);

    expect(await modeOf(blobs.getPath(key))).toBe(0o600);
    for (const directory of ['.', 'tmp', 'blobs', join('blobs', key.slice(0, 2))]) {
      expect(await modeOf(join(root, directory))).toBe(0o700);
    }
  });

  it('restricts directories that other users could read', async () => {
    await chmod(join(root, 'blobs'), 0o755);
    await openDiskBlobs(root);

    expect(await modeOf(join(root, 'blobs'))).toBe(0o700);
  });

  it('accepts exactly as many bytes as allowed', async () => {
    expect((await blobs.write(text('12345', '67890'), { maxBytes: 10 })).bytes).toBe(10);
  });

  it('stops at the first chunk past the limit, reports the limit, and keeps nothing', async () => {
    let lastChunkBytes = 0;
    const source = (async function* () {
      for (;;) yield Buffer.alloc((lastChunkBytes += 4));
    })();

    const error: unknown = await blobs.write(source, { maxBytes: 10 }).catch((e: unknown) => e);

    expect(error).toBeInstanceOf(BlobTooLargeError);
    expect(error).toHaveProperty('limit', 10);
    expect(String(error)).toContain('at most 10 bytes');
    expect(lastChunkBytes).toBe(8);
    expect(await listTemporary()).toEqual([]);
    expect(await readdir(join(root, 'blobs'))).toEqual([]);
  });

  it('fails with the error of its source and keeps nothing', async () => {
    const source = (async function* () {
      yield Buffer.from('first half');
      throw new Error('the connection was lost');
    })();

    await expect(blobs.write(source, anySize)).rejects.toThrow('the connection was lost');
    expect(await listTemporary()).toEqual([]);
  });

  it('can be aborted while it waits for its source, destroys the source and keeps nothing', async () => {
    const controller = new AbortController();
    const source = new Readable({ read: () => undefined });
    source.push('the first chunk');
    const writing = blobs.write(source, { ...anySize, signal: controller.signal });
    while ((await listTemporary()).length === 0) await new Promise(setImmediate);
    const reason = new Error('the client went away');
    controller.abort(reason);

    await expect(writing).rejects.toBe(reason);
    expect(source.destroyed).toBe(true);
    expect(await listTemporary()).toEqual([]);
  });

  it('does not start if the signal is already aborted', async () => {
    const reason = new Error('too late');

    await expect(blobs.write(text('x'), { ...anySize, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(await listTemporary()).toEqual([]);
  });

  it('supports many concurrent writers', async () => {
    const written = await Promise.all(
      Array.from({ length: 60 }, async (_, i) => ({
        i,
        ...(await blobs.write(text(`writer ${i} `.repeat(i)), anySize)),
      })),
    );

    expect(new Set(written.map(({ key }) => key)).size).toBe(60);
    for (const { i, key } of written) expect(await readFile(blobs.getPath(key), 'utf8')).toBe(`writer ${i} `.repeat(i));
  });

  it('streams 200 MB without keeping them in memory', async () => {
    const chunk = Buffer.alloc(256 * 1024, 7);
    const before = process.memoryUsage();
    let peak = 0;
    const source = (async function* () {
      for (let i = 0; i < 800; i += 1) {
        const { heapUsed, external } = process.memoryUsage();
        peak = Math.max(peak, heapUsed + external - before.heapUsed - before.external);
        // a new buffer each time: a writer that kept them would use 200 MB
        yield Buffer.from(chunk);
      }
    })();

    const { key, bytes } = await blobs.write(source, anySize);

    expect(bytes).toBe(800 * chunk.length);
    expect(await blobs.getSize(key)).toBe(bytes);
    expect(peak).toBeLessThan(100 * 2 ** 20);
  });
});

describe('a full disk', () => {
  it('is reported as a DiskFullError with its cause', async () => {
    const full: unknown = await writeFile('/dev/full', 'x').catch((error: unknown) => error);

    const explained = wrapDiskFullError(full);

    expect(explained).toBeInstanceOf(DiskFullError);
    expect(explained).toHaveProperty('cause', full);
    expect(String(explained)).toContain('no space left');
    const other = new Error('something else');
    expect(wrapDiskFullError(other)).toBe(other);
  });

  it('fails a write with a DiskFullError and keeps nothing', async () => {
    const full: unknown = await writeFile('/dev/full', 'x').catch((error: unknown) => error);
    const source = (async function* () {
      yield Buffer.from('as far as it went');
      throw full;
    })();

    await expect(blobs.write(source, anySize)).rejects.toBeInstanceOf(DiskFullError);
    expect(await listTemporary()).toEqual([]);
  });
});

describe('a disk whose free space is reserved for the database', () => {
  const reserveAll = Number.MAX_SAFE_INTEGER;

  it('has no room for blobs', async () => {
    const full = await openDiskBlobs(root, reserveAll);
    expect([await full.hasRoomFor(), await blobs.hasRoomFor(), await blobs.hasRoomFor(2 ** 52)]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('refuses a file before its first byte when its size is known', async () => {
    const source = vi.fn(async function* () {
      yield Buffer.from('never asked for');
    });
    await expect(blobs.write(source(), { ...anySize, expectedBytes: 2 ** 52 })).rejects.toBeInstanceOf(DiskFullError);
    expect(await listTemporary()).toEqual([]);
  });

  it('refuses a file that grows too large while it is written', async () => {
    const written: number[] = [];
    const file = { writeFile: async (data: unknown) => void written.push((data as Buffer).length) };
    const limited = new DiskSpace(root, reserveAll).limit(file);
    const megabyte = Buffer.alloc(2 ** 20);
    await expect(
      (async () => {
        for (let n = 0; n < 100; n++) await limited.writeFile(megabyte);
      })(),
    ).rejects.toBeInstanceOf(DiskFullError);
    expect(written.length).toBeLessThan(5);
  });

  it('keeps nothing of a resumable upload', async () => {
    const name = randomUUID();
    await blobs.getPartial(name).createIfMissing();
    const upload = (await openDiskBlobs(root, reserveAll)).getPartial(name);
    const signal = new AbortController().signal;
    await expect(upload.append(text('a part'), { offset: 0, maxBytes: 6, signal })).rejects.toBeInstanceOf(
      DiskFullError,
    );
    expect(await upload.getSize()).toBeUndefined();
  });
});

describe('adopting a file', () => {
  it('moves it out of the scratch directory, and lets only the owner read it', async () => {
    const scratch = await makeScratch(blobs);
    await writeFile(join(scratch, 'out.json'), '[]', { mode: 0o644 });

    const key = await blobs.adopt(join(scratch, 'out.json'));

    expect(await readFile(blobs.getPath(key), 'utf8')).toBe('[]');
    expect(await modeOf(blobs.getPath(key))).toBe(0o600);
    expect(await readdir(scratch)).toEqual([]);
  });

  it('accepts a file that its module made read-only', async () => {
    const scratch = await makeScratch(blobs);
    await writeFile(join(scratch, 'out'), 'x', { mode: 0o400 });

    expect(await blobs.getSize(await blobs.adopt(join(scratch, 'out')))).toBe(1);
  });

  it('refuses every path outside scratch directories, and leaves the file where it is', async () => {
    const outside = join(root, '..', 'outside.txt');
    await writeFile(outside, 'not yours');
    const scratch = await makeScratch(blobs);
    await symlink(outside, join(scratch, 'link'));
    await writeFile(join(root, 'tmp', 'an-upload.part'), 'unfinished');
    const { key } = await blobs.write(text('a blob'), anySize);

    for (const path of [
      outside,
      join(scratch, 'link'),
      join(scratch, '..', '..', '..', 'outside.txt'),
      join(root, 'tmp', 'an-upload.part'),
      blobs.getPath(key),
    ]) {
      await expect(blobs.adopt(path)).rejects.toThrow('in a scratch directory');
    }
    expect(await readFile(outside, 'utf8')).toBe('not yours');
    expect(await readFile(blobs.getPath(key), 'utf8')).toBe('a blob');
  });

  it('refuses a directory, a file with other hard links and a missing file', async () => {
    const scratch = await makeScratch(blobs);
    await mkdir(join(scratch, 'folder'));
    const { key } = await blobs.write(text('a blob'), anySize);
    await link(blobs.getPath(key), join(scratch, 'second-name'));

    await expect(blobs.adopt(join(scratch, 'folder'))).rejects.toThrow('to be a regular file');
    await expect(blobs.adopt(join(scratch, 'second-name'))).rejects.toThrow('only one hard link');
    await expect(blobs.adopt(join(scratch, 'missing'))).rejects.toThrow('ENOENT');
  });
});

describe('reading and deleting', () => {
  it('reads all of a blob, or a range with both ends included', async () => {
    const { key } = await blobs.write(text('0123456789'), anySize);

    expect((await buffer(blobs.read(key))).toString()).toBe('0123456789');
    expect((await buffer(blobs.read(key, { start: 2, end: 4 }))).toString()).toBe('234');
    expect((await buffer(blobs.read(key, { start: 8, end: 100 }))).toString()).toBe('89');
  });

  it('leaves small contents to the database, and stores larger ones as files', async () => {
    const rows = new Map<string, Buffer>();
    const both = await openDiskBlobs(root, undefined, {
      read: async (key) => rows.get(key),
      delete: async (key) => void rows.delete(key),
    });
    const small = await both.write(text('01234', '56789'), anySize);
    rows.set(small.key, small.content!);
    const half = 'x'.repeat(maxSmallBlobBytes / 2 + 1);
    const large = await both.write(text(half, half), anySize);

    expect(await readFile(both.getPath(large.key), 'utf8')).toBe(half + half);
    expect(await blobFiles(root)).toEqual([large.key]);
    for (let times = 0; times < 2; times += 1) {
      expect(await both.locate(small.key)).toEqual({ content: Buffer.from('0123456789') });
    }
    expect((await buffer(both.read(small.key, { start: 2, end: 4 }))).toString()).toBe('234');
    expect([await both.getSize(small.key), await both.getSize(large.key)]).toEqual([10, maxSmallBlobBytes + 2]);
    expect(await both.load(large.key)).toHaveLength(maxSmallBlobBytes + 2);
    const put = await Promise.all(
      [Buffer.from('in memory'), Buffer.from(half + half)].map((content) => both.put(content)),
    );
    expect(put.map(({ content }) => content?.toString())).toEqual(['in memory', undefined]);
    expect(await both.load(put[0]!.key)).toEqual(Buffer.from('in memory'));
    expect(await readFile(both.getPath(put[1]!.key), 'utf8')).toBe(half + half);
    await both.delete(small.key);
    expect(await both.getSize(small.key)).toBeUndefined();
    expect(() => both.getPath(small.key)).toThrow('Expected a blob key to be a random UUID');
  });

  it('deletes a blob, and ignores a second deletion', async () => {
    const { key } = await blobs.write(text('short-lived'), anySize);
    await blobs.delete(key);
    await blobs.delete(key);

    expect(await blobs.getSize(key)).toBeUndefined();
    await expect(buffer(blobs.read(key))).rejects.toThrow('ENOENT');
  });

  it('never builds a path from anything but a key', async () => {
    await writeFile(join(root, 'secret'), 'stays');
    const uuid = randomUUID();
    const hostile = [
      '',
      '.',
      '../secret',
      `../../${uuid}`,
      `${uuid}/..`,
      `${uuid}\0`,
      `${uuid}\n`,
      uuid.toUpperCase(),
      '/etc/passwd',
    ];

    for (const key of [...hostile, undefined as unknown as string, ['a'] as unknown as string]) {
      expect(() => blobs.getPath(key)).toThrow('Expected a blob key to be a random UUID');
      expect(() => blobs.read(key)).toThrow('Expected a blob key to be a random UUID');
      await expect(blobs.getSize(key)).rejects.toThrow('Expected a blob key to be a random UUID');
      await expect(blobs.delete(key)).rejects.toThrow('Expected a blob key to be a random UUID');
    }
    expect(await readFile(join(root, 'secret'), 'utf8')).toBe('stays');
  });
});
