import { randomUUID } from 'node:crypto';
import { chmod, link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type BlobStore, BlobTooLargeError, DiskFullError, explainDiskFull } from '../../src/blobs/blob-store.js';
import { openDiskBlobs } from '../../src/blobs/disk-blobs.js';
import { DiskSpace } from '../../src/blobs/disk-space.js';
import { smallBytes } from '../../src/blobs/small-contents.js';
import { blobFiles, makeScratch } from '../support/blob-files.js';

const mode = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
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

const temporary = (): Promise<string[]> => readdir(join(root, 'tmp'));

it('refuses a root whose parts are on two file systems', async () => {
  const elsewhere = await mkdtemp(join(await otherFileSystem(), 'millrace-blobs-'));
  onTestFinished(() => rm(elsewhere, { recursive: true }));
  const other = join(root, '..', 'other');
  await mkdir(other);
  await symlink(elsewhere, join(other, 'blobs'));

  await expect(openDiskBlobs(other)).rejects.toThrow('to be on the same file system, got two');
});

/** Linux has one in memory. Tests may use it for their temporary files, in which case the checkout is elsewhere. */
async function otherFileSystem(): Promise<string> {
  const memory = '/dev/shm';
  const [here, there] = await Promise.all([stat(root), stat(memory)]);
  if (here.dev !== there.dev) return memory;
  const cache = resolve('node_modules/.cache');
  await mkdir(cache, { recursive: true });
  return cache;
}

describe('writing a blob', () => {
  it('keeps the content under a key, in a folder named after its first two characters', async () => {
    const { key, bytes } = await blobs.write(text('a lighthouse ', 'in the fog'), anySize);

    expect(bytes).toBe(23);
    expect(blobs.pathOf(key)).toBe(join(root, 'blobs', key.slice(0, 2), key));
    expect(await readFile(blobs.pathOf(key), 'utf8')).toBe('a lighthouse in the fog');
    expect(await temporary()).toEqual([]);
  });

  it('keeps an empty file', async () => {
    const { key, bytes } = await blobs.write(text(), anySize);

    expect(bytes).toBe(0);
    expect(await blobs.size(key)).toBe(0);
  });

  it('lets nobody but the owner read files or list directories', async () => {
    const { key } = await blobs.write(text('private'), anySize);

    expect(await mode(blobs.pathOf(key))).toBe(0o600);
    for (const directory of ['.', 'tmp', 'blobs', join('blobs', key.slice(0, 2))]) {
      expect(await mode(join(root, directory))).toBe(0o700);
    }
  });

  it('closes directories that were left open to others', async () => {
    await chmod(join(root, 'blobs'), 0o755);
    await openDiskBlobs(root);

    expect(await mode(join(root, 'blobs'))).toBe(0o700);
  });

  it('takes exactly as many bytes as allowed', async () => {
    expect((await blobs.write(text('12345', '67890'), { maxBytes: 10 })).bytes).toBe(10);
  });

  it('stops at the first byte past the limit, tells the limit, and keeps nothing', async () => {
    let given = 0;
    const source = (async function* () {
      for (;;) yield Buffer.alloc((given += 4));
    })();

    const error: unknown = await blobs.write(source, { maxBytes: 10 }).catch((e: unknown) => e);

    expect(error).toBeInstanceOf(BlobTooLargeError);
    expect(error).toHaveProperty('limit', 10);
    expect(String(error)).toContain('at most 10 bytes');
    expect(given).toBe(8);
    expect(await temporary()).toEqual([]);
    expect(await readdir(join(root, 'blobs'))).toEqual([]);
  });

  it('fails with the error of its source and keeps nothing', async () => {
    const source = (async function* () {
      yield Buffer.from('first half');
      throw new Error('the connection was lost');
    })();

    await expect(blobs.write(source, anySize)).rejects.toThrow('the connection was lost');
    expect(await temporary()).toEqual([]);
  });

  it('is aborted while its source has nothing to give, destroys the source and keeps nothing', async () => {
    const controller = new AbortController();
    const source = new Readable({ read: () => undefined });
    source.push('the first chunk');
    const writing = blobs.write(source, { ...anySize, signal: controller.signal });
    while ((await temporary()).length === 0) await new Promise(setImmediate);
    const reason = new Error('the client went away');
    controller.abort(reason);

    await expect(writing).rejects.toBe(reason);
    expect(source.destroyed).toBe(true);
    expect(await temporary()).toEqual([]);
  });

  it('does not start with a signal that is aborted already', async () => {
    const reason = new Error('too late');

    await expect(blobs.write(text('x'), { ...anySize, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(await temporary()).toEqual([]);
  });

  it('serves many writers at the same time', async () => {
    const written = await Promise.all(
      Array.from({ length: 60 }, async (_, i) => ({
        i,
        ...(await blobs.write(text(`writer ${i} `.repeat(i)), anySize)),
      })),
    );

    expect(new Set(written.map(({ key }) => key)).size).toBe(60);
    for (const { i, key } of written) expect(await readFile(blobs.pathOf(key), 'utf8')).toBe(`writer ${i} `.repeat(i));
  });

  it('streams 200 MB in the memory of a few chunks', async () => {
    const chunk = Buffer.alloc(256 * 1024, 7);
    const before = process.memoryUsage();
    let peak = 0;
    const source = (async function* () {
      for (let i = 0; i < 800; i += 1) {
        const { heapUsed, external } = process.memoryUsage();
        peak = Math.max(peak, heapUsed + external - before.heapUsed - before.external);
        // a fresh buffer each time: a writer that kept them would hold 200 MB
        yield Buffer.from(chunk);
      }
    })();

    const { key, bytes } = await blobs.write(source, anySize);

    expect(bytes).toBe(800 * chunk.length);
    expect(await blobs.size(key)).toBe(bytes);
    expect(peak).toBeLessThan(100 * 2 ** 20);
  });
});

describe('a full disk', () => {
  it('is told as what it is', async () => {
    const full: unknown = await writeFile('/dev/full', 'x').catch((error: unknown) => error);

    const explained = explainDiskFull(full);

    expect(explained).toBeInstanceOf(DiskFullError);
    expect(explained).toHaveProperty('cause', full);
    expect(String(explained)).toContain('no space left');
    const other = new Error('something else');
    expect(explainDiskFull(other)).toBe(other);
  });

  it('fails a write that way and keeps nothing', async () => {
    const full: unknown = await writeFile('/dev/full', 'x').catch((error: unknown) => error);
    const source = (async function* () {
      yield Buffer.from('as far as it went');
      throw full;
    })();

    await expect(blobs.write(source, anySize)).rejects.toBeInstanceOf(DiskFullError);
    expect(await temporary()).toEqual([]);
  });
});

describe('a disk whose rest is kept for the database', () => {
  const nothingLeft = Number.MAX_SAFE_INTEGER;

  it('has room for nothing', async () => {
    const full = await openDiskBlobs(root, nothingLeft);
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
    expect(await temporary()).toEqual([]);
  });

  it('refuses a file that grows too large on the way', async () => {
    const written: number[] = [];
    const file = { writeFile: async (data: unknown) => void written.push((data as Buffer).length) };
    const limited = new DiskSpace(root, nothingLeft).limit(file);
    const megabyte = Buffer.alloc(2 ** 20);
    await expect(
      (async () => {
        for (let n = 0; n < 100; n++) await limited.writeFile(megabyte);
      })(),
    ).rejects.toBeInstanceOf(DiskFullError);
    expect(written.length).toBeLessThan(5);
  });

  it('keeps nothing of an upload in parts', async () => {
    const name = randomUUID();
    await blobs.partial(name).make();
    const upload = (await openDiskBlobs(root, nothingLeft)).partial(name);
    const signal = new AbortController().signal;
    await expect(upload.append(text('a part'), { offset: 0, maxBytes: 6, signal })).rejects.toBeInstanceOf(
      DiskFullError,
    );
    expect(await upload.size()).toBeUndefined();
  });
});

describe('adopting a file', () => {
  it('moves it from a scratch directory, owner-only', async () => {
    const scratch = await makeScratch(blobs);
    await writeFile(join(scratch, 'out.json'), '[]', { mode: 0o644 });

    const key = await blobs.adopt(join(scratch, 'out.json'));

    expect(await readFile(blobs.pathOf(key), 'utf8')).toBe('[]');
    expect(await mode(blobs.pathOf(key))).toBe(0o600);
    expect(await readdir(scratch)).toEqual([]);
  });

  it('takes one that its module made read-only', async () => {
    const scratch = await makeScratch(blobs);
    await writeFile(join(scratch, 'out'), 'x', { mode: 0o400 });

    expect(await blobs.size(await blobs.adopt(join(scratch, 'out')))).toBe(1);
  });

  it('refuses every path that is not inside a scratch directory, and leaves the file where it is', async () => {
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
      blobs.pathOf(key),
    ]) {
      await expect(blobs.adopt(path)).rejects.toThrow('in a scratch directory');
    }
    expect(await readFile(outside, 'utf8')).toBe('not yours');
    expect(await readFile(blobs.pathOf(key), 'utf8')).toBe('a blob');
  });

  it('refuses what is not a file of its own', async () => {
    const scratch = await makeScratch(blobs);
    await mkdir(join(scratch, 'folder'));
    const { key } = await blobs.write(text('a blob'), anySize);
    await link(blobs.pathOf(key), join(scratch, 'second-name'));

    await expect(blobs.adopt(join(scratch, 'folder'))).rejects.toThrow('to be a regular file');
    await expect(blobs.adopt(join(scratch, 'second-name'))).rejects.toThrow('only one hard link');
    await expect(blobs.adopt(join(scratch, 'missing'))).rejects.toThrow('ENOENT');
  });
});

describe('reading and deleting', () => {
  it('reads all of it, or a range with both ends included', async () => {
    const { key } = await blobs.write(text('0123456789'), anySize);

    expect((await buffer(blobs.read(key))).toString()).toBe('0123456789');
    expect((await buffer(blobs.read(key, { start: 2, end: 4 }))).toString()).toBe('234');
    expect((await buffer(blobs.read(key, { start: 8, end: 100 }))).toString()).toBe('89');
  });

  it('leaves small contents to the database, and makes files of larger ones', async () => {
    const rows = new Map<string, Buffer>();
    const both = await openDiskBlobs(root, undefined, {
      read: async (key) => rows.get(key),
      delete: async (key) => void rows.delete(key),
    });
    const small = await both.write(text('01234', '56789'), anySize);
    rows.set(small.key, small.content!);
    const half = 'x'.repeat(smallBytes / 2 + 1);
    const large = await both.write(text(half, half), anySize);

    expect(await readFile(both.pathOf(large.key), 'utf8')).toBe(half + half);
    expect(await blobFiles(root)).toEqual([large.key]);
    for (let times = 0; times < 2; times += 1) {
      expect(await both.locate(small.key)).toEqual({ content: Buffer.from('0123456789') });
    }
    expect((await buffer(both.read(small.key, { start: 2, end: 4 }))).toString()).toBe('234');
    expect([await both.size(small.key), await both.size(large.key)]).toEqual([10, smallBytes + 2]);
    expect(await both.load(large.key)).toHaveLength(smallBytes + 2);
    const put = await Promise.all(
      [Buffer.from('in memory'), Buffer.from(half + half)].map((content) => both.put(content)),
    );
    expect(put.map(({ content }) => content?.toString())).toEqual(['in memory', undefined]);
    expect(await both.load(put[0]!.key)).toEqual(Buffer.from('in memory'));
    expect(await readFile(both.pathOf(put[1]!.key), 'utf8')).toBe(half + half);
    await both.delete(small.key);
    expect(await both.size(small.key)).toBeUndefined();
    expect(() => both.pathOf(small.key)).toThrow('Expected a blob key to be a random UUID');
  });

  it('deletes, twice as well as once', async () => {
    const { key } = await blobs.write(text('short-lived'), anySize);
    await blobs.delete(key);
    await blobs.delete(key);

    expect(await blobs.size(key)).toBeUndefined();
    await expect(buffer(blobs.read(key))).rejects.toThrow('ENOENT');
  });

  it('never makes a path of what is not a key', async () => {
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
      expect(() => blobs.pathOf(key)).toThrow('Expected a blob key to be a random UUID');
      expect(() => blobs.read(key)).toThrow('Expected a blob key to be a random UUID');
      await expect(blobs.size(key)).rejects.toThrow('Expected a blob key to be a random UUID');
      await expect(blobs.delete(key)).rejects.toThrow('Expected a blob key to be a random UUID');
    }
    expect(await readFile(join(root, 'secret'), 'utf8')).toBe('stays');
  });
});
