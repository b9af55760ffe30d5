import type { Context } from 'hono';
import type { HttpContext, RouteEnv } from './http-context.js';

/** Returns the base URL for URLs in a response: `publicUrl` if it is set, otherwise the address that the client used. */
export function getBaseUrl(http: HttpContext, c: Context<RouteEnv>): string {
  if (http.settings.publicUrl) return http.settings.publicUrl.replace(/\/+$/, '');
  const host = c.req.header('host');
  const { localAddress, localPort } = c.env.incoming.socket;
  const localHost = localAddress?.includes(':') ? `[${localAddress}]` : localAddress;
  return `http://${host && /^[\w.:[\]-]+$/.test(host) ? host : `${localHost}:${localPort}`}`;
}
