import type { Hono } from 'hono';
import type { HttpContext, RouteEnv } from '../http-context.js';
/** `GET /v1/stats`: counts runs, workers and unmatched events in a recent time range. */
export declare function statsRoutes(app: Hono<RouteEnv>, { engine }: HttpContext): void;
