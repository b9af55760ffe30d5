import type { Context } from 'hono';
import { isLoopbackHost } from '../../settings/config.js';
import { ApiError } from '../api-error.js';
import type { HttpContext, RouteEnv } from '../http-context.js';

/**
 * Rejects requests from pages of other web sites, including pages on another port of this machine. Browsers add the cookie automatically,
 * so the cookie does not prove that a request comes from the dashboard.
 *
 * @throws `ApiError` 403 if another site sent the request, or if the host is not allowed.
 */
export function rejectOtherSites(http: HttpContext, c: Context<RouteEnv>): void {
  rejectOtherHosts(http, c);
  const site = c.req.header('sec-fetch-site') ?? 'none';
  const origin = c.req.header('origin');
  // `none` means that the user entered the URL; clients other than browsers, and browsers over plain HTTP, do not send this header
  const isOwnSite =
    (site === 'same-origin' || site === 'none') && (origin === undefined || isOwnOrigin(http, c, origin));
  if (isOwnSite) return;
  const sender = origin ?? 'another web site';
  throw new ApiError(
    403,
    'forbidden',
    `Expected a request from this server's own pages, got one from ${sender.slice(0, 200)}`,
  );
}

/**
 * Accepts only requests to a loopback address or to the host of `publicUrl`. Otherwise, another web site could point its host name to this
 * machine, and browsers would treat the pages of that site as pages of this server (DNS rebinding).
 *
 * @throws `ApiError` 403 if the host is not allowed.
 */
export function rejectOtherHosts({ settings }: HttpContext, c: Context<RouteEnv>): void {
  const host = c.req.header('host') ?? '';
  const url = URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : undefined;
  const publicName = settings.publicUrl === undefined ? undefined : new URL(settings.publicUrl).hostname;
  if (url && (isLoopbackHost(url.hostname) || url.hostname === publicName)) return;
  const names = publicName === undefined ? 'localhost or a loopback address' : `${publicName} or a loopback address`;
  throw new ApiError(
    403,
    'forbidden',
    `Expected the dashboard's address to have the host ${names}, got '${host.slice(0, 200)}'. ` +
      'To use another host name, start the server with --public-url and that address',
  );
}

/** Returns whether an origin belongs to this server. Also accepts the origin of `publicUrl`, because a proxy can replace `Host`. */
function isOwnOrigin({ settings }: HttpContext, c: Context<RouteEnv>, origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  if (settings.publicUrl !== undefined && origin === new URL(settings.publicUrl).origin) return true;
  return new URL(origin).host === c.req.header('host')?.toLowerCase();
}
