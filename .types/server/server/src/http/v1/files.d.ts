import type { Hono } from 'hono';
import type { HttpContext, RouteEnv } from '../http-context.js';
/** `GET /v1/files/:id`: returns a file from any pipeline. */
export declare function fileRoutes(app: Hono<RouteEnv>, { engine }: HttpContext): void;
