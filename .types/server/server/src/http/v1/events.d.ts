import type { Hono } from 'hono';
import type { HttpContext, RouteEnv } from '../http-context.js';
/** `POST /v1/events`: accepts a batch of events that a program reports about its runs. */
export declare function eventRoutes(app: Hono<RouteEnv>, http: HttpContext): void;
