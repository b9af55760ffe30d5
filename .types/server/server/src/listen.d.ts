import type { Hono } from 'hono';
import type { RouteEnv } from './http/http-context.js';
export interface HttpListener {
    readonly port: number;
    /** Stops accepting requests, waits up to `graceMs` for requests in progress, then closes all connections. */
    close(graceMs: number): Promise<void>;
}
/**
 * Starts serving the app on a host and port.
 *
 * @throws The system's error, with its code, if the port is in use or not permitted.
 */
export declare function listen(app: Hono<RouteEnv>, host: string, port: number): Promise<HttpListener>;
