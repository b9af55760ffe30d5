import { Readable } from 'node:stream';
import { IntegrityError } from '../../errors/response-error.js';
import { readContinued, shouldRetry } from './continued-download.js';
import { exists, isSame, fileExistsError, writeOutput } from './output-file.js';
import { readOutput } from './output-in-memory.js';
import type { Connection } from '../../http/connection.js';
import { openDownload, type Download } from '../../http/transfer/download.js';
import { ProgressMeter } from '../../http/transfer/progress-meter.js';
import { Retries } from '../../http/retries.js';
import { TransportFault } from '../../http/transport-fault.js';
import type { RequestOptions } from '../../shared/types/client-options.js';
import type { FetchOutputOptions } from '../../shared/types/process.js';
import type { InlineOutput } from '../../wait/read-run.js';
import { throwIfAborted } from '../../shared/runtime/abort-reason.js';

/** Downloads a file from a presigned URL. If the connection breaks, the download continues where it stopped, or starts over. */
export async function downloadFile(
  connection: Connection,
  url: string,
  path: string,
  what: string,
  options: FetchOutputOptions,
): Promise<void> {
  const { ifExists = 'error' } = options;
  if (ifExists === 'skip' && (await exists(path))) return;
  await receive(connection, url, what, options, (download) => save(download, path, options));
}

/** Downloads a file from a presigned URL into memory, like {@link downloadFile}. */
export async function downloadToMemory(
  connection: Connection,
  url: string,
  fileId: string,
  what: string,
  options: FetchOutputOptions,
): Promise<Buffer> {
  return receive(connection, url, what, options, (download) => keep(download, fileId, options));
}

async function receive<T>(
  connection: Connection,
  url: string,
  what: string,
  options: RequestOptions,
  consume: (download: Download) => Promise<T>,
): Promise<T> {
  return withRetries(connection, url, what, options, async (retries) => {
    const download = await openDownload(connection, url, what, options);
    try {
      return await consume({
        ...download,
        bytes: readContinued(connection, url, what, options, download, retries),
      });
    } finally {
      download.close();
    }
  });
}

/** Repeats a download after a transient error. */
export async function withRetries<T>(
  connection: Connection,
  url: string,
  what: string,
  options: RequestOptions,
  attempt: (retries: Retries) => Promise<T>,
): Promise<T> {
  const target = new URL(url);
  const retries = new Retries(connection.target('GET', target, true), options);
  let retriedStaleSocket = false;
  try {
    for (;;) {
      try {
        return await attempt(retries);
      } catch (error) {
        const isStale = error instanceof TransportFault && error.isStale && !retriedStaleSocket;
        if (isStale) retriedStaleSocket = true;
        else if (!(await shouldStartOver(retries, error))) {
          throw error instanceof TransportFault ? error.toError(what, target) : error;
        }
      }
    }
  } finally {
    retries.end();
  }
}

async function shouldStartOver(retries: Retries, error: unknown): Promise<boolean> {
  // the content was corrupted during the transfer
  if (error instanceof IntegrityError && error.retryable) return retries.afterResponse({ status: 200, headers: {} });
  return shouldRetry(retries, error);
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
  return isIntact(() => save(contentOf(output), path, options));
}

/** Returns an output sent inline with its run's record, or `undefined` if the output is corrupt. */
export async function keepInline(
  output: InlineOutput,
  fileId: string,
  options: FetchOutputOptions,
): Promise<Buffer | undefined> {
  let content: Buffer | undefined;
  const keeps = async (): Promise<void> => {
    content = await keep(contentOf(output), fileId, options);
  };
  return (await isIntact(keeps)) ? content : undefined;
}

type Content = Pick<Download, 'bytes' | 'length' | 'sha256'>;

function contentOf({ content, sha256 }: InlineOutput): Content {
  return { bytes: Readable.from([content]), length: content.length, sha256 };
}

async function isIntact(use: () => Promise<void>): Promise<boolean> {
  try {
    await use();
    return true;
  } catch (error) {
    if (error instanceof IntegrityError) return false;
    throw error;
  }
}

async function keep(content: Content, fileId: string, { onDownloadProgress }: FetchOutputOptions): Promise<Buffer> {
  const meter = new ProgressMeter(content.length, onDownloadProgress);
  const { bytes, length, sha256 } = content;
  const kept = await readOutput(fileId, { bytes, length, sha256 }, (count) => meter.add(count));
  onDownloadProgress?.({ loaded: kept.length, total: kept.length });
  return kept;
}

async function save(
  download: Content,
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
