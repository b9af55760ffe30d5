import { ApiError } from '../../errors/api-error.js';
import type { Connection } from '../../http/connection.js';
import { openDownload, type Download } from '../../http/transfer/download.js';
import type { Retries } from '../../http/retries.js';
import { TransportError } from '../../http/transport-error.js';
import type { RequestOptions } from '../../shared/types/client-options.js';
import { throwIfAborted } from '../../shared/runtime/abort-reason.js';

/**
 * Yields the bytes of a download. If the connection breaks, requests the rest of the content and continues.
 *
 * @param retries Decides whether and when to continue.
 * @throws The error of the broken connection, if the download cannot be resumed; the signal's reason if it is aborted.
 */
export async function* readWithResume(
  connection: Connection,
  url: string,
  action: string,
  options: RequestOptions,
  firstDownload: Download,
  retries: Retries,
): AsyncGenerator<Buffer> {
  let received = 0;
  let current = firstDownload;
  try {
    for (;;) {
      try {
        for await (const chunk of current.bytes) {
          received += chunk.length;
          yield chunk;
        }
        return;
      } catch (error) {
        current.close();
        current = await openRest(error);
      }
    }
  } finally {
    current.close();
  }

  async function openRest(firstError: unknown): Promise<Download> {
    for (let error = firstError; ;) {
      const canContinue = received > 0 && firstDownload.etag !== undefined && error instanceof TransportError;
      if (!(canContinue || error instanceof ApiError) || !(await waitToRetry(retries, error))) throw firstError;
      try {
        const rest = await openDownload(connection, url, action, options, {
          start: received,
          etag: firstDownload.etag,
        });
        if (rest.start === received) return rest;
        rest.close();
      } catch (nextError) {
        throwIfAborted(options.signal);
        error = nextError;
        continue;
      }
      throw firstError;
    }
  }
}

/** Waits before a retry. @returns Whether to retry. False if the error is permanent or no retries are left. */
export async function waitToRetry(retries: Retries, error: unknown): Promise<boolean> {
  if (error instanceof TransportError) return error.isTransient && retries.waitAfterTransportError(error);
  if (error instanceof ApiError && error.retryable) {
    const { status, retryAfterMs } = error;
    const headers = retryAfterMs === undefined ? {} : { 'retry-after-ms': String(retryAfterMs) };
    return retries.waitAfterResponse({ status, headers });
  }
  return false;
}
