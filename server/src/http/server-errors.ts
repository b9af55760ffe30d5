import type { Context } from 'hono';
import { DiskFullError, wrapDiskFullError } from '../blobs/blob-store.js';
import { StatementStoppedError } from '../store/db/caller.js';
import { DatabaseUnavailableError } from '../store/db/database-unavailable.js';
import { ApiError } from './api-error.js';
import type { HttpContext, RouteEnv } from './http-context.js';

/** The `Retry-After` delay for each error code, in seconds. Freeing disk space takes longer than restarting a database. */
export const retryAfterSecondsByCode = { database_unavailable: 2, shutting_down: 5, disk_full: 10 } as const;

interface Unavailability {
  readonly code: keyof typeof retryAfterSecondsByCode;
  readonly message: string;
}

/**
 * Converts an expected server error to an HTTP error:
 *
 * - 400 if an SQL statement was stopped because it took too long. The status is not 503, because a retry would take just as long.
 * - 400 if the client disconnected. Nobody receives this response.
 * - 503 if the database is unavailable or a disk is full, and for all other errors while the server is shutting down. Logs the error, and
 *   sets `Retry-After` unless the request may have taken effect.
 *
 * @returns The HTTP error, or `undefined` if the error is unexpected.
 */
export function toServerError(http: HttpContext, c: Context<RouteEnv>, error: unknown): ApiError | undefined {
  if (error instanceof StatementStoppedError) return new ApiError(400, 'too_slow', error.message);
  const { signal } = c.req.raw;
  if (signal.aborted && error === signal.reason) return new ApiError(400, 'client_gone', 'The client disconnected.');
  const unavailable = describeUnavailability(error, http.closing);
  if (!unavailable) return undefined;
  const { code, message } = unavailable;
  http.logger.warn('could not handle a request', {
    exchangeId: c.get('exchangeId'),
    path: c.req.path,
    code,
    error: String(error),
  });
  // clients take `Retry-After` as a guarantee that the request had no effect
  const mayHaveApplied = error instanceof DatabaseUnavailableError && error.mayHaveApplied;
  if (!mayHaveApplied) c.set('retryAfterSeconds', retryAfterSecondsByCode[code]);
  return new ApiError(503, code, message);
}

function describeUnavailability(thrown: unknown, closing: AbortSignal): Unavailability | undefined {
  const error = wrapDiskFullError(thrown);
  const reason = error instanceof DatabaseUnavailableError ? error.reason : undefined;
  if (error instanceof DiskFullError) return { code: 'disk_full', message: error.message };
  if (reason === 'disk_full') {
    return { code: 'disk_full', message: "The database's disk is full. Free up some space on it, then try again." };
  }
  if (reason === 'closed' || closing.aborted) {
    return { code: 'shutting_down', message: 'The server is shutting down. Try again in a moment.' };
  }
  if (reason === undefined) return undefined;
  return { code: 'database_unavailable', message: 'The server cannot reach its database. Try again in a moment.' };
}
