import type { Context } from 'hono';
import type { RunRecord } from '../../store/tables/runs.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
/** Returns an error response in the `/v1` format: `{ error: { code, message, exchangeId, details? } }`. */
export declare function errorResponse(http: HttpContext, c: Context<RouteEnv>, error: unknown): Response;
/** @throws `ApiError` 404 if the run does not exist. */
export declare function orNotFound(record: RunRecord | undefined, id: string): RunRecord;
