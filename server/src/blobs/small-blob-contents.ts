import { createBlobKey } from './blob-key.js';

/** The small blobs in the database. The transaction that references a blob also stores its content. */
export interface SmallBlobContents {
  read(key: string): Promise<Buffer | undefined>;
  delete(key: string): Promise<void>;
}

/** Maximum size of a small blob, in bytes. Up to this size, the database is faster than files. */
export const maxSmallBlobBytes = 32 * 1024;

/** The prefix of the keys of small blobs. Keys of other blobs have no prefix. */
const prefix = 'row:';

export const isSmallKey = (key: string): boolean => key.startsWith(prefix);

export const createSmallKey = (): string => prefix + createBlobKey();

/** Maximum total size of the cached contents, in bytes. */
const maxCachedBytes = 8 * 2 ** 20;

/** Caches the contents of the newest small blobs in memory, because they are usually processed soon. */
export class SmallBlobCache implements SmallBlobContents {
  readonly #contents: SmallBlobContents;
  readonly #contentByKey = new Map<string, Buffer>();
  #bytes = 0;

  constructor(contents: SmallBlobContents) {
    this.#contents = contents;
  }

  remember(key: string, content: Buffer): void {
    this.#contentByKey.set(key, content);
    this.#bytes += content.length;
    for (const oldest of this.#contentByKey.keys()) {
      if (this.#bytes <= maxCachedBytes) return;
      this.#forget(oldest);
    }
  }

  /** Reads a blob and removes it from the cache. Call this for a blob that is not needed again soon. */
  async take(key: string): Promise<Buffer | undefined> {
    const content = await this.read(key);
    this.#forget(key);
    return content;
  }

  async read(key: string): Promise<Buffer | undefined> {
    return this.#contentByKey.get(key) ?? (await this.#contents.read(key));
  }

  async delete(key: string): Promise<void> {
    this.#forget(key);
    await this.#contents.delete(key);
  }

  #forget(key: string): void {
    this.#bytes -= this.#contentByKey.get(key)?.length ?? 0;
    this.#contentByKey.delete(key);
  }
}
