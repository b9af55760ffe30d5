import type { Context } from 'hono';
import type { HttpContext, RouteEnv } from './http-context.js';

/**
 * The address under which this client reaches the server: the configured public one, else the one it just used, so that a
 * presigned address works from wherever the client is.
 */
export function baseUrl(http: HttpContext, c: Context<RouteEnv>): string {
  if (http.settings.publicUrl) return http.settings.publicUrl.replace(/\/+$/, '');
  const host = c.req.header('host');
  const { localAddress, localPort } = c.env.incoming.socket;
  const own = localAddress?.includes(':') ? `[${localAddress}]` : localAddress;
  return `http://${host && /^[\w.:[\]-]+$/.test(host) ? host : `${own}:${localPort}`}`;
}
