import type { Hono } from 'hono';
import type { HttpContext, RouteEnv } from '../http-context.js';
/** The routes that cancel, resume and delete runs. */
export declare function runActionRoutes(app: Hono<RouteEnv>, http: HttpContext): void;
