import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describeRootCause } from './root-cause.js';

/** The source of a model's files. */
export interface Hub {
  /** The base URL that file paths are resolved against. */
  readonly base: string;
  readonly token?: string | undefined;
  /** Maximum time without data before a download fails, in milliseconds. */
  readonly idleMs: number;
}

interface FileOptions {
  readonly signal: AbortSignal;
  /** Whether to download a file that already exists. */
  readonly force: boolean;
  /** Whether the file may be missing from the hub. */
  readonly isOptional: boolean;
  readonly onProgress?: (file: string, bytes: number, total: number | null) => void;
}

/** Thrown if a download fails. The message is a complete sentence that contains the URL or its host. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
}

/**
 * Downloads a file, unless it already exists. The file gets its final name only when it is complete.
 *
 * @returns Whether the file now exists. `false` only if the file is optional and the hub does not have it.
 * @throws `DownloadError` if the download fails, or the signal's reason if aborted.
 */
export async function downloadFile(hub: Hub, file: string, target: string, options: FileOptions): Promise<boolean> {
  const { signal, force, isOptional, onProgress } = options;
  if (!force && (await stat(target).catch(() => undefined))?.isFile()) return true;
  const url = new URL(file, hub.base);
  const idleTimer = new IdleTimer(hub.idleMs);
  const temporaryPath = `${target}.${randomUUID()}.part`;
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, idleTimer.signal]),
      // redirects to a different host do not leak the token, because `fetch` then drops this header
      headers: hub.token === undefined ? {} : { authorization: `Bearer ${hub.token}` },
    });
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      if (isOptional && response.status === 404) return false;
      throw new DownloadError(`${url.href} returned ${response.status}${describeStatus(response.status)}.`);
    }
    const total = getExpectedBytes(response);
    let bytes = 0;
    await mkdir(dirname(target), { recursive: true });
    await pipeline(
      Readable.fromWeb(response.body),
      async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          idleTimer.touch();
          bytes += chunk.length;
          onProgress?.(file, bytes, total);
          yield chunk;
        }
      },
      createWriteStream(temporaryPath, { flags: 'wx' }),
    );
    if (total !== null && bytes !== total) throw new DownloadError(`${url.href} sent ${bytes} of ${total} bytes.`);
    await rename(temporaryPath, target);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof DownloadError) throw error;
    throw new DownloadError(
      idleTimer.signal.aborted
        ? `${url.host} sent no data for ${hub.idleMs / 1000} s.`
        : `${url.href} could not be fetched (${describeRootCause(error)}).`,
      { cause: error },
    );
  } finally {
    idleTimer.stop();
    await rm(temporaryPath, { force: true });
  }
}

/** Aborts a download after a period without data, because some mirrors accept a connection but never respond, or stall midway. */
class IdleTimer {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(ms: number) {
    this.#timer = setTimeout(() => this.#controller.abort(), ms);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  touch(): void {
    this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** Returns the size of the file, or `null` if it is unknown. The content length of a compressed response is not the size of the file. */
function getExpectedBytes({ headers }: Response): number | null {
  const length = headers.get('content-length');
  return length === null || headers.has('content-encoding') ? null : Number(length);
}

function describeStatus(status: number): string {
  if (status === 401 || status === 403) return ' (a token is required; set HF_TOKEN)';
  return status === 404 ? ' (file not found)' : '';
}
