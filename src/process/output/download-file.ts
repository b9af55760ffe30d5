import { Readable } from 'node:stream';
import { IntegrityError } from '../../errors/response-error.js';
import { readWithResume, waitToRetry } from './resumable-download.js';
import { exists, hasContent, createFileExistsError, writeOutput } from './output-file.js';
import { readToMemory, type FileContentRef } from './output-in-memory.js';
import type { Connection } from '../../http/connection.js';
import { openDownload, type Download } from '../../http/transfer/download.js';
import { ProgressMeter } from '../../http/transfer/progress-meter.js';
import { Retries } from '../../http/retries.js';
import { TransportError } from '../../http/transport-error.js';
import type { RequestOptions } from '../../shared/types/client-options.js';
import type { FetchOutputOptions } from '../../shared/types/process.js';
import type { InlineOutput } from '../../wait/read-run.js';
import { throwIfAborted } from '../../shared/runtime/abort-reason.js';

/** Downloads a URL to a local file. If the connection breaks, the download resumes or starts over. */
export async function downloadFile(
  connection: Connection,
  url: string,
  path: string,
  action: string,
  options: FetchOutputOptions,
): Promise<void> {
  const { ifExists = 'error' } = options;
  if (ifExists === 'skip' && (await exists(path))) return;
  await openAndConsume(connection, url, action, options, (download) => saveContent(download, path, options));
}

/** Like {@link downloadFile}, but downloads into memory. */
export async function downloadToMemory(
  connection: Connection,
  url: string,
  file: FileContentRef,
  action: string,
  options: FetchOutputOptions,
): Promise<Buffer> {
  return openAndConsume(connection, url, action, options, (download) => readContent(download, file, options));
}

/** Opens a download and passes it to `consume`. If a transient error occurs and the download cannot be resumed, starts over. */
async function openAndConsume<T>(
  connection: Connection,
  url: string,
  action: string,
  options: RequestOptions,
  consume: (download: Download) => Promise<T>,
): Promise<T> {
  return retryDownload(connection, url, action, options, async (retries) => {
    const download = await openDownload(connection, url, action, options);
    try {
      return await consume({
        ...download,
        bytes: readWithResume(connection, url, action, options, download, retries),
      });
    } finally {
      download.close();
    }
  });
}

/** Calls `attempt` to download a URL, and calls it again after a transient error. */
export async function retryDownload<T>(
  connection: Connection,
  url: string,
  action: string,
  options: RequestOptions,
  attempt: (retries: Retries) => Promise<T>,
): Promise<T> {
  const parsedUrl = new URL(url);
  const retries = new Retries(connection.createRetryTarget('GET', parsedUrl, true), options);
  let hasRetriedStaleConnection = false;
  try {
    for (;;) {
      try {
        return await attempt(retries);
      } catch (error) {
        const isFirstStaleConnection =
          error instanceof TransportError && error.isStaleConnection && !hasRetriedStaleConnection;
        if (isFirstStaleConnection) hasRetriedStaleConnection = true;
        else if (!(await waitToRetryDownload(retries, error))) {
          throw error instanceof TransportError ? error.toConnectionError(action, parsedUrl) : error;
        }
      }
    }
  } finally {
    retries.end();
  }
}

/** Like {@link waitToRetry}, but also allows a retry if the content was corrupted in transit. */
async function waitToRetryDownload(retries: Retries, error: unknown): Promise<boolean> {
  if (error instanceof IntegrityError && error.retryable)
    return retries.waitAfterResponse({ status: 200, headers: {} });
  return waitToRetry(retries, error);
}

/**
 * Saves an output that the server sent inline.
 *
 * @returns `false` if the output is corrupt and was not saved; otherwise `true`.
 */
export async function saveInline(output: InlineOutput, path: string, options: FetchOutputOptions): Promise<boolean> {
  const { ifExists = 'error', signal } = options;
  if (ifExists === 'skip' && (await exists(path))) return true;
  throwIfAborted(signal);
  return tryConsume(() => saveContent(toContent(output), path, options));
}

/** Returns the content of an output that the server sent inline, or `undefined` if the output is corrupt. */
export async function readInline(
  output: InlineOutput,
  fileId: string,
  options: FetchOutputOptions,
): Promise<Buffer | undefined> {
  let content: Buffer | undefined;
  const read = async (): Promise<void> => {
    content = await readContent(toContent(output), { fileId, kind: 'output' }, options);
  };
  return (await tryConsume(read)) ? content : undefined;
}

type Content = Pick<Download, 'bytes' | 'length' | 'sha256'>;

function toContent({ content, sha256 }: InlineOutput): Content {
  return { bytes: Readable.from([content]), length: content.length, sha256 };
}

/** Calls `consume` and returns whether it succeeded. Returns `false` only for an `IntegrityError`, and rethrows other errors. */
async function tryConsume(consume: () => Promise<void>): Promise<boolean> {
  try {
    await consume();
    return true;
  } catch (error) {
    if (error instanceof IntegrityError) return false;
    throw error;
  }
}

async function readContent(
  content: Content,
  file: FileContentRef,
  { onDownloadProgress }: FetchOutputOptions,
): Promise<Buffer> {
  const meter = new ProgressMeter(content.length, onDownloadProgress);
  const { bytes, length, sha256 } = content;
  const buffer = await readToMemory(file, { bytes, length, sha256 }, (byteCount) => meter.add(byteCount));
  onDownloadProgress?.({ loaded: buffer.length, total: buffer.length });
  return buffer;
}

async function saveContent(
  content: Content,
  path: string,
  { ifExists = 'error', onDownloadProgress, signal }: FetchOutputOptions,
): Promise<void> {
  if (ifExists === 'error' && (await exists(path))) {
    // accept a file with the same content, which an earlier or concurrent call may have saved
    if (await hasContent(path, content, signal)) return;
    throw createFileExistsError(path);
  }
  const meter = new ProgressMeter(content.length, onDownloadProgress);
  await writeOutput(path, content.bytes, content, ifExists, (byteCount) => meter.add(byteCount));
  onDownloadProgress?.({ loaded: meter.loaded, total: content.length ?? meter.loaded });
}
