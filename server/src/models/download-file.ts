import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describeRootCause } from './root-cause.js';

/** A model's repository on the hub. */
export interface HubRepository {
  /** The URL that file paths are resolved against. Ends with a slash. */
  readonly baseUrl: string;
  readonly token?: string | undefined;
  /** Maximum time without data before a download fails, in milliseconds. */
  readonly idleTimeoutMs: number;
}

interface FileOptions {
  readonly signal: AbortSignal;
  /** Whether to download a file that already exists. */
  readonly force: boolean;
  /** Whether the file may be missing from the repository. */
  readonly isOptional: boolean;
  readonly onProgress?: (file: string, bytes: number, total: number | null) => void;
}

/** Thrown if a download fails. The message is a complete sentence that contains the URL or its host. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
}

/**
 * Downloads a file. Skips a file that already exists, unless `force` is set. The file gets its final name only when it is complete.
 *
 * @returns Whether the file now exists. `false` only if the file is optional and the repository does not have it.
 * @throws `DownloadError` if the download fails; the signal's reason if the signal is aborted.
 */
export async function downloadFile(
  repository: HubRepository,
  file: string,
  target: string,
  options: FileOptions,
): Promise<boolean> {
  const { signal, force, isOptional, onProgress } = options;
  if (!force && (await stat(target).catch(() => undefined))?.isFile()) return true;
  const url = new URL(file, repository.baseUrl);
  const idleTimer = new IdleTimer(repository.idleTimeoutMs);
  const temporaryPath = `${target}.${randomUUID()}.part`;
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, idleTimer.signal]),
      // `fetch` drops this header on a redirect to a different origin, so the token does not leak
      headers: repository.token === undefined ? {} : { authorization: `Bearer ${repository.token}` },
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
        ? `${url.host} sent no data for ${repository.idleTimeoutMs / 1000} s.`
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
