import { Readable } from 'node:stream';
import { ApiError } from '../../errors/api-error.js';
import { IntegrityError } from '../../errors/response-error.js';
import { exists, isSame, fileExistsError, writeOutput } from './output-file.js';
import type { Connection } from '../../http/connection.js';
import { openDownload, type Download } from '../../http/transfer/download.js';
import { ProgressMeter } from '../../http/transfer/progress-meter.js';
import { retryDelay } from '../../http/retry-policy.js';
import { sleep } from '../../shared/runtime/sleep.js';
import { TransportFault } from '../../http/transport-fault.js';
import type { FetchOutputOptions } from '../../shared/types/process.js';
import type { InlineOutput } from '../../wait/read-run.js';
import { throwIfAborted } from '../../shared/runtime/abort-reason.js';

/** Downloads a file from a presigned URL. Starts over if the download is incomplete. */
export async function downloadFile(
  connection: Connection,
  url: string,
  path: string,
  what: string,
  options: FetchOutputOptions,
): Promise<void> {
  const { ifExists = 'error', signal } = options;
  if (ifExists === 'skip' && (await exists(path))) return;
  const maxRetries = options.maxRetries ?? connection.settings.maxRetries;
  let retriedStaleSocket = false;
  for (let retries = 0; ;) {
    try {
      await attempt(connection, url, path, what, options);
      return;
    } catch (error) {
      const isStale = error instanceof TransportFault && error.isStale && !retriedStaleSocket;
      if (!isStale && (!isTransient(error) || retries >= maxRetries)) {
        throw error instanceof TransportFault ? error.toError(what, new URL(url)) : error;
      }
      if (isStale) {
        retriedStaleSocket = true;
        continue;
      }
      const delay = retryDelay(retries++);
      connection.settings.log.warn(
        `${what}: ${(error as Error).message}; attempt ${retries + 1} of ${maxRetries + 1} in ${Math.round(delay)} ms`,
      );
      await sleep(delay, signal);
    }
  }
}

async function attempt(
  connection: Connection,
  url: string,
  path: string,
  what: string,
  options: FetchOutputOptions,
): Promise<void> {
  const download = await openDownload(connection, url, what, options);
  try {
    await save(download, path, options);
  } finally {
    download.close();
  }
}

/**
 * Saves an output sent inline with its run's record.
 *
 * @returns `false` if the output is corrupt, in which case it is not saved.
 */
export async function saveInline(output: InlineOutput, path: string, options: FetchOutputOptions): Promise<boolean> {
  const { ifExists = 'error', signal } = options;
  if (ifExists === 'skip' && (await exists(path))) return true;
  throwIfAborted(signal);
  const { content, sha256 } = output;
  try {
    await save({ bytes: Readable.from([content]), length: content.length, sha256 }, path, options);
    return true;
  } catch (error) {
    if (error instanceof IntegrityError) return false;
    throw error;
  }
}

async function save(
  download: Pick<Download, 'bytes' | 'length' | 'sha256'>,
  path: string,
  { ifExists = 'error', onDownloadProgress, signal }: FetchOutputOptions,
): Promise<void> {
  if (ifExists === 'error' && (await exists(path))) {
    // an interrupted or duplicate call has already saved the output
    if (await isSame(path, download, signal)) return;
    throw fileExistsError(path);
  }
  const meter = new ProgressMeter(download.length, onDownloadProgress);
  await writeOutput(path, download.bytes, download, ifExists, (bytes) => meter.add(bytes));
  onDownloadProgress?.({ loaded: meter.loaded, total: download.length ?? meter.loaded });
}

function isTransient(error: unknown): boolean {
  if (error instanceof TransportFault) return error.isTransient;
  return (error instanceof ApiError || error instanceof IntegrityError) && error.retryable;
}
