import type { Hono } from 'hono';
import type { HttpContext, RouteEnv } from '../http-context.js';
/** How long a worker can go without a heartbeat before lists omit it, in milliseconds. With `all`, lists include every worker. */
export declare const hiddenAfterMs: number;
/** `/v1/workers`: registers and lists the programs that execute runs, and receives their heartbeats. */
export declare function workerRoutes(app: Hono<RouteEnv>, http: HttpContext): void;
