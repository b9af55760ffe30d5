import type { Hono } from 'hono';
import type { HttpContext, RouteEnv } from '../http-context.js';
/** `GET /_download/:file`: serves a finished file's output at a presigned URL, with its length and digest (RFC 9530). */
export declare function downloadRoutes(app: Hono<RouteEnv>, http: HttpContext): void;
