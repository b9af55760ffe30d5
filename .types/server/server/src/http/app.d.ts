import { Hono } from 'hono';
import type { HttpContext, RouteEnv } from './http-context.js';
export declare function createApp(http: HttpContext): Hono<RouteEnv>;
