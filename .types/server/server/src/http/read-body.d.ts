import type { Context } from 'hono';
import type { RouteEnv } from './http-context.js';
/**
 * Reads a JSON body regardless of its content type, because hosted protocol clients send JSON as `text/plain`.
 *
 * @throws `ApiError` 413 as soon as the body exceeds the limit; 400 if it is not JSON, is nested too deeply, contains U+0000 or
 * is incomplete.
 */
export declare function readJson(c: Context<RouteEnv>, maxBytes: number): Promise<unknown>;
