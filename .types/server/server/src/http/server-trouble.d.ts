import type { Context } from 'hono';
import { ApiError } from './api-error.js';
import type { HttpContext, RouteEnv } from './http-context.js';
/**
 * Converts an error that is neither the caller's nor a bug to a 503: the database is away, the disk is full, or the server is
 * shutting down. A statement that took too long is a 400, because it would take as long again. Also logs the error and sets the response's `Retry-After`.
 *
 * @returns `undefined` for any other error.
 */
export declare function explainTrouble(http: HttpContext, c: Context<RouteEnv>, error: unknown): ApiError | undefined;
