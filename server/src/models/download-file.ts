import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { rootCause } from './root-cause.js';

/** Where the files of one model are. */
export interface Hub {
  /** The address that their paths go behind. */
  readonly base: string;
  readonly token?: string | undefined;
  /** Milliseconds without a byte. */
  readonly idleMs: number;
}

export interface FileOptions {
  readonly signal: AbortSignal;
  readonly force: boolean;
  /** That it is not there is no failure. */
  readonly isOptional: boolean;
  readonly onProgress?: (file: string, bytes: number, total: number | null) => void;
}

/** What went wrong, as a sentence with the address in it. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
}

/**
 * Fetches one file. It has its name only when it is whole.
 *
 * @returns Whether it is there now.
 * @throws `DownloadError`, or the signal's reason.
 */
export async function downloadFile(hub: Hub, file: string, target: string, options: FileOptions): Promise<boolean> {
  const { signal, force, isOptional, onProgress } = options;
  if (!force && (await stat(target).catch(() => undefined))?.isFile()) return true;
  const url = new URL(file, hub.base);
  const idle = new IdleTimer(hub.idleMs);
  const temporary = `${target}.${randomUUID()}.part`;
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, idle.signal]),
      // to another host, as hubs do with large files, fetch does not pass it on
      headers: hub.token === undefined ? {} : { authorization: `Bearer ${hub.token}` },
    });
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      if (isOptional && response.status === 404) return false;
      throw new DownloadError(`${url.href} answered ${response.status}${explainStatus(response.status)}.`);
    }
    const total = expectedBytes(response);
    let bytes = 0;
    await mkdir(dirname(target), { recursive: true });
    await pipeline(
      Readable.fromWeb(response.body),
      async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          idle.touch();
          bytes += chunk.length;
          onProgress?.(file, bytes, total);
          yield chunk;
        }
      },
      createWriteStream(temporary, { flags: 'wx' }),
    );
    if (total !== null && bytes !== total) throw new DownloadError(`${url.href} gave ${bytes} of ${total} bytes.`);
    await rename(temporary, target);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof DownloadError) throw error;
    throw new DownloadError(
      idle.signal.aborted
        ? `${url.host} did not answer within ${hub.idleMs / 1000} s.`
        : `${url.href} could not be fetched (${rootCause(error)}).`,
      { cause: error },
    );
  } finally {
    idle.stop();
    await rm(temporary, { force: true });
  }
}

/** Aborts when nothing has happened for a while: a mirror that accepts and never answers, or stops in the middle. */
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

/** What is packed on the way has another length when it arrives. */
function expectedBytes({ headers }: Response): number | null {
  const length = headers.get('content-length');
  return length === null || headers.has('content-encoding') ? null : Number(length);
}

function explainStatus(status: number): string {
  if (status === 401 || status === 403) return ' (it wants a token: set HF_TOKEN)';
  return status === 404 ? ' (there is no such file)' : '';
}
