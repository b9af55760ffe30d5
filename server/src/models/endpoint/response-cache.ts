import { createCipheriv, createDecipheriv, createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheSettings } from '../../module-contract/model-settings.js';

/** Number of entries that a process writes between sweeps. The first write also starts a sweep. */
const writesBetweenSweeps = 100;
/** How long an entry is kept after its last use, in milliseconds: 30 days. */
const maxAgeMs = 30 * 24 * 3_600_000;
const ivBytes = 12;
const tagBytes = 16;

let writeCount = 0;

/**
 * Caches responses of endpoints in encrypted files. The file name and the encryption key of an entry are derived from the owner and the
 * complete request, including the text, so nobody can decrypt an entry without the text. Ignores file system errors.
 */
export class ResponseCache {
  readonly #settings: CacheSettings;
  readonly #owner: string;

  /** @param owner The owner of the entries. The cache does not find entries of other owners. */
  constructor(settings: CacheSettings, owner: string) {
    this.#settings = settings;
    this.#owner = owner;
  }

  /** Returns the cached response to a request, or `undefined` if there is no readable entry. */
  async get(request: Buffer): Promise<Buffer | undefined> {
    const { path, key } = this.#locateEntry(request);
    try {
      const content = await readFile(path);
      const decipher = createDecipheriv('aes-256-gcm', key, content.subarray(0, ivBytes));
      decipher.setAuthTag(content.subarray(ivBytes, ivBytes + tagBytes));
      const response = Buffer.concat([decipher.update(content.subarray(ivBytes + tagBytes)), decipher.final()]);
      const now = new Date();
      await utimes(path, now, now).catch(() => undefined);
      return response;
    } catch {
      return undefined;
    }
  }

  async put(request: Buffer, response: Buffer): Promise<void> {
    const { path, key } = this.#locateEntry(request);
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    const encrypted = Buffer.concat([cipher.update(response), cipher.final()]);
    const temporaryPath = `${path}.${randomUUID()}`;
    try {
      await mkdir(this.#settings.directory, { recursive: true, mode: 0o700 });
      await writeFile(temporaryPath, Buffer.concat([iv, cipher.getAuthTag(), encrypted]), { mode: 0o600 });
      await rename(temporaryPath, path);
      if (writeCount++ % writesBetweenSweeps === 0) await sweep(this.#settings);
    } catch {
      await rm(temporaryPath, { force: true }).catch(() => undefined);
    }
  }

  #locateEntry(request: Buffer): { path: string; key: Buffer } {
    const hash = (purpose: string) => createHash('sha256').update(`${purpose}\0${this.#owner}\0`).update(request);
    return { path: join(this.#settings.directory, hash('name').digest('hex')), key: hash('key').digest() };
  }
}

/** Deletes expired entries, and the least recently used entries if the cache exceeds its maximum size. */
async function sweep({ directory, maxBytes }: CacheSettings): Promise<void> {
  const names = await readdir(directory);
  const entries = await Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      const info = await stat(path).catch(() => undefined);
      return info?.isFile() ? [{ path, bytes: info.size, usedAt: info.mtimeMs }] : [];
    }),
  );
  const now = Date.now();
  let bytes = 0;
  for (const entry of entries.flat().sort((a, b) => b.usedAt - a.usedAt)) {
    bytes += entry.bytes;
    if (bytes > maxBytes || now - entry.usedAt > maxAgeMs) await rm(entry.path, { force: true });
  }
}
