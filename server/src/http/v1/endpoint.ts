import type { Context, MiddlewareHandler } from 'hono';
import { EngineError, type EngineErrorCode } from '../../engine/engine-error.js';
import type { RunRecord } from '../../store/tables/runs.js';
import { ApiError } from '../api-error.js';
import { authenticate } from '../authenticate.js';
import type { HttpContext, RouteEnv } from '../http-context.js';

const statusOf: Partial<Record<EngineErrorCode, ApiError['status']>> = {
  not_found: 404,
  gone: 404,
  conflict: 409,
  already_exists: 409,
  chain_conflict: 409,
  too_many_runs: 429,
};

/** Lets only requests with a known key pass. @throws `ApiError` 401 */
export function requireAccount(http: HttpContext): MiddlewareHandler<RouteEnv> {
  return async (c, next) => {
    const account = await authenticate(http, c);
    if (!account) {
      throw new ApiError(
        401,
        'unauthenticated',
        'Expected a known API key in the header `Authorization: Bearer <key>`',
      );
    }
    c.set('account', account);
    await next();
  };
}

export function notFound(message = 'There is nothing at this address'): ApiError {
  return new ApiError(404, 'not_found', message);
}

export function orNotFound(record: RunRecord | undefined, id: string): RunRecord {
  if (!record) throw notFound(`There is no run ${id}: it never existed, was deleted or has expired`);
  return record;
}

/** The one shape of errors: `{ error: { code, message, requestId, details? } }`. */
export function errorResponse(http: HttpContext, c: Context<RouteEnv>, error: unknown): Response {
  const requestId = c.get('requestId');
  const known = toApiError(error);
  if (!known) http.logger.error('a request failed', { requestId, path: c.req.path, error: String(error) });
  const { status, code, message, details } =
    known ?? new ApiError(500, 'internal', `The server could not answer; its log has more under request ${requestId}`);
  return c.json({ error: { code, message, requestId, ...(details === undefined ? {} : { details }) } }, status);
}

function toApiError(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error;
  if (error instanceof EngineError) return new ApiError(statusOf[error.code] ?? 400, error.code, error.message);
  return undefined;
}
