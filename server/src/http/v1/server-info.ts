import type { Hono } from 'hono';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { version } from '../../system/version.js';

/** `/v1`: what this server is and what it accepts. Its presence is how a client tells it from the original service. */
export function serverInfoRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  app.get('/v1', (c) => c.json({ name: 'millrace', version, api: 1, limits: http.limits }));
}
