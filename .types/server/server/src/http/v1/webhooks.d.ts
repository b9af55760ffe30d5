import type { Hono } from 'hono';
import type { HttpContext, RouteEnv } from '../http-context.js';
/** `/v1/webhooks`: manages the webhooks that are notified when an account's runs end, and lists their deliveries. */
export declare function webhookRoutes(app: Hono<RouteEnv>, http: HttpContext): void;
