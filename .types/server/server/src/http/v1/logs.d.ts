import type { Hono } from 'hono';
import type { HttpContext, RouteEnv } from '../http-context.js';
/**
 * `GET /v1/runs/:id/logs`: returns the log lines after a given line. With `wait`, the response waits for new lines or the run's
 * end.
 */
export declare function logRoutes(app: Hono<RouteEnv>, http: HttpContext): void;
