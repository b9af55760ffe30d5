import type { Context } from 'hono';
import { EngineError, type EngineErrorCode } from '../../engine/engine-error.js';
import { ApiError, notFound } from '../api-error.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { toServerError } from '../server-errors.js';

/** The HTTP statuses of engine error codes. Codes without an entry have status 400. */
const statusByCode: Partial<Record<EngineErrorCode, ApiError['status']>> = {
  forbidden: 403,
  not_found: 404,
  gone: 404,
  conflict: 409,
  already_exists: 409,
  chain_conflict: 409,
  too_many_runs: 429,
  too_many_uploads: 429,
};

/** Returns an error response in the `/v1` format: `{ error: { code, message, exchangeId, details? } }`. */
export function createErrorResponse(http: HttpContext, c: Context<RouteEnv>, error: unknown): Response {
  const exchangeId = c.get('exchangeId');
  const apiError = toApiError(error) ?? toServerError(http, c, error);
  if (!apiError)
    http.logger.error('failed to handle a request', { exchangeId, path: c.req.path, error: String(error) });
  const { status, code, message, details } =
    apiError ?? new ApiError(500, 'internal', `Internal server error; see the server log for exchange ${exchangeId}`);
  return c.json({ error: { code, message, exchangeId, ...(details === undefined ? {} : { details }) } }, status);
}

/** Returns the `error` field of one item in a response. The exchange id is omitted, because it is in a response header. */
export function toItemError({ code, message }: ApiError | EngineError): { code: string; message: string } {
  return { code, message };
}

function toApiError(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error;
  if (error instanceof EngineError)
    return new ApiError(statusByCode[error.code] ?? 400, error.code, error.message, error.details);
  return undefined;
}

/** Returns a run's record. @throws `ApiError` 404 if the record is `undefined`. */
export function requireRun<T>(record: T | undefined, id: string): T {
  if (!record) throw runNotFound(id);
  return record;
}

export const runNotFound = (id: string): ApiError =>
  notFound(`There is no run ${id}: it never existed, was deleted or has expired`);
