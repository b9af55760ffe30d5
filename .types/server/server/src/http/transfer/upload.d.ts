import type { Hono } from 'hono';
import type { HttpContext, RouteEnv } from '../http-context.js';
/**
 * `POST /_upload`: accepts a multipart form with a reservation's presigned fields, followed by the file. Streams the file to disk
 * using constant memory. Returns 204 once the file is synced to disk and its run is queued.
 */
export declare function uploadRoutes(app: Hono<RouteEnv>, http: HttpContext): void;
