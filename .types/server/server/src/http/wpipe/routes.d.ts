import type { Hono } from 'hono';
import type { HttpContext, RouteEnv } from '../http-context.js';
/**
 * wpipe's reporting protocol: nine paths, available at the root and under two prefixes. Client messages are recorded as reported
 * runs.
 *
 * As on the original server, web pages from any origin can call these paths. This is safe because every call requires a key,
 * which browsers do not add automatically.
 */
export declare function wpipeRoutes(app: Hono<RouteEnv>, http: HttpContext): void;
