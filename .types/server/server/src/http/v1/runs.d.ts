import type { Hono } from 'hono';
import type { HttpContext, RouteEnv } from '../http-context.js';
/** `/v1/runs`: lists runs, returns a single run and streams its changes. */
export declare function runRoutes(app: Hono<RouteEnv>, http: HttpContext): void;
