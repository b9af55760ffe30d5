import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { PipelineContext } from '../http/hosted-call.js';
import { Files } from '../resources/files.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { FileLookup, FoundFile, LookupOptions } from '../shared/types/files/file-lookup.js';

/** Maximum number of concurrent requests: one collects files while the server handles the other. */
const maxRequests = 2;

interface Waiting {
  readonly file: FileLookup;
  resolve(found: FoundFile | null): void;
  reject(error: unknown): void;
}

/** Looks up files at symbolic paths. Lookups that wait at the same time share a request. */
export class FolderLookups {
  readonly #files: Files;
  readonly #maxFiles: number;
  readonly #options: LookupOptions;
  #waiting: Waiting[] = [];
  #requests = 0;
  #isScheduled = false;

  constructor(
    { connection, name, chain }: PipelineContext,
    maxFiles: number,
    modules: LookupOptions['modules'],
    options: RequestOptions,
  ) {
    this.#files = new Files(connection, () => Promise.reject(new Error('Expected no input to be fetched')));
    this.#maxFiles = maxFiles;
    this.#options = { ...options, pipeline: name, chain, modules };
  }

  find(file: FileLookup): Promise<FoundFile | null> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ file, resolve, reject });
      this.#schedule();
    });
  }

  /** Sends the waiting lookups in the next turn of the event loop, without waiting for more. */
  #schedule(): void {
    if (this.#isScheduled || this.#requests >= maxRequests || this.#waiting.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#requests += 1;
      void this.#ask(this.#waiting.splice(0, this.#maxFiles)).finally(() => {
        this.#requests -= 1;
        this.#schedule();
      });
      this.#schedule();
    });
  }

  async #ask(waiting: readonly Waiting[]): Promise<void> {
    try {
      const found = await this.#files.lookup(
        waiting.map(({ file }) => file),
        this.#options,
      );
      for (const [i, one] of waiting.entries()) one.resolve(found[i] ?? null);
    } catch (error) {
      for (const one of waiting) one.reject(error);
    }
  }
}

/** Returns the SHA-256 of a file, in hexadecimal. @throws A file system error. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
