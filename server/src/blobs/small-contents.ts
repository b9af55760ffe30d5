import { newBlobKey } from './blob-key.js';

/** Small contents, which the database stores in the transaction that references them. */
export interface SmallContents {
  read(key: string): Promise<Buffer | undefined>;
  delete(key: string): Promise<void>;
}

/** Maximum size of a content that is stored in the database, in bytes. Reading and writing a file would take longer. */
export const smallBytes = 32 * 1024;

/** Distinguishes the keys of contents in the database from those of files. */
const prefix = 'row:';

export const isSmallKey = (key: string): boolean => key.startsWith(prefix);

export const newSmallKey = (): string => prefix + newBlobKey();

/** Maximum size of the contents to remember, in bytes. */
const maxRemembered = 8 * 2 ** 20;

/** Keeps the most recent contents in memory, because they are usually processed soon. */
export class RecentContents implements SmallContents {
  readonly #contents: SmallContents;
  readonly #recent = new Map<string, Buffer>();
  #bytes = 0;

  constructor(contents: SmallContents) {
    this.#contents = contents;
  }

  remember(key: string, content: Buffer): void {
    this.#recent.set(key, content);
    this.#bytes += content.length;
    for (const oldest of this.#recent.keys()) {
      if (this.#bytes <= maxRemembered) return;
      this.#forget(oldest);
    }
  }

  /** Reads a content, and removes it from memory. Call it for a content that is not needed again soon. */
  async take(key: string): Promise<Buffer | undefined> {
    const content = await this.read(key);
    this.#forget(key);
    return content;
  }

  async read(key: string): Promise<Buffer | undefined> {
    return this.#recent.get(key) ?? (await this.#contents.read(key));
  }

  async delete(key: string): Promise<void> {
    this.#forget(key);
    await this.#contents.delete(key);
  }

  #forget(key: string): void {
    this.#bytes -= this.#recent.get(key)?.length ?? 0;
    this.#recent.delete(key);
  }
}
