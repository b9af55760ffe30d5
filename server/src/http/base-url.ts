import type { Context } from 'hono';
import type { HttpContext, RouteEnv } from './http-context.js';

/**
 * Returns the base URL for URLs in a response, without a trailing slash: `publicUrl` if it is set, otherwise the `Host` of the request.
 * If `Host` is missing or invalid, uses the local address of the connection.
 */
export function getBaseUrl(http: HttpContext, c: Context<RouteEnv>): string {
  if (http.settings.publicUrl) return http.settings.publicUrl.replace(/\/+$/, '');
  const host = c.req.header('host');
  const { localAddress, localPort } = c.env.incoming.socket;
  const localHost = localAddress?.includes(':') ? `[${localAddress}]` : localAddress;
  return `http://${host && /^[\w.:[\]-]+$/.test(host) ? host : `${localHost}:${localPort}`}`;
}
