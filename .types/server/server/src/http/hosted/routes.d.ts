import type { Hono } from 'hono';
import type { HttpContext, RouteEnv } from '../http-context.js';
/** The hosted protocol: eleven `POST` paths at the root. */
export declare function hostedRoutes(app: Hono<RouteEnv>, http: HttpContext): void;
