import type { Hono } from 'hono';
import type { HttpContext, RouteEnv } from '../http-context.js';
/**
 * `GET /v1`: returns the server's version and limits. Clients use this endpoint to detect whether a server supports `/v1`.
 * `GET /v1/modules`: lists the modules and, for each model, whether and how it can run on this server.
 */
export declare function serverInfoRoutes(app: Hono<RouteEnv>, http: HttpContext): void;
