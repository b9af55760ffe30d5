import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { PipelineContext } from '../http/call-hosted.js';
import { Files } from '../resources/files.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { FileLookup, FoundFile, LookupOptions } from '../shared/types/files/file-lookup.js';

/** Maximum number of concurrent requests. While the server handles one, the client can send the next. */
const maxConcurrentRequests = 2;

interface PendingLookup {
  readonly file: FileLookup;
  resolve(found: FoundFile | null): void;
  reject(error: unknown): void;
}

/** Looks up files by symbolic path. Lookups that are pending at the same time share a request. */
export class FolderLookups {
  readonly #files: Files;
  readonly #maxFilesPerRequest: number;
  readonly #options: LookupOptions;
  #pending: PendingLookup[] = [];
  #activeRequestCount = 0;
  #isScheduled = false;

  constructor(
    { connection, name, chain }: PipelineContext,
    maxFilesPerRequest: number,
    modules: LookupOptions['modules'],
    options: RequestOptions,
  ) {
    this.#files = new Files(connection, () =>
      Promise.reject(new Error('Expected lookups only, got a request for an input')),
    );
    this.#maxFilesPerRequest = maxFilesPerRequest;
    this.#options = { ...options, pipeline: name, chain, modules };
  }

  find(file: FileLookup): Promise<FoundFile | null> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ file, resolve, reject });
      this.#schedule();
    });
  }

  /** Sends the pending lookups in the next turn of the event loop, so that lookups added in the same turn share a request. */
  #schedule(): void {
    if (this.#isScheduled || this.#activeRequestCount >= maxConcurrentRequests || this.#pending.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#activeRequestCount += 1;
      void this.#send(this.#pending.splice(0, this.#maxFilesPerRequest)).finally(() => {
        this.#activeRequestCount -= 1;
        this.#schedule();
      });
      this.#schedule();
    });
  }

  async #send(pending: readonly PendingLookup[]): Promise<void> {
    try {
      const found = await this.#files.lookup(
        pending.map(({ file }) => file),
        this.#options,
      );
      for (const [i, lookup] of pending.entries()) lookup.resolve(found[i] ?? null);
    } catch (error) {
      for (const lookup of pending) lookup.reject(error);
    }
  }
}

/** Returns the SHA-256 of a file, in hexadecimal. @throws A file system error if the file cannot be read. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
