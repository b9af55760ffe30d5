import type { Context } from 'hono';
import { isLoopbackHost } from '../../settings/config.js';
import { ApiError } from '../api-error.js';
import type { HttpContext, RouteEnv } from '../http-context.js';

/**
 * Rejects requests whose `Sec-Fetch-Site` or `Origin` header shows that they come from a page of another web site, including pages on
 * another port of this host. Browsers add the cookie automatically, so the cookie does not prove that a request comes from the dashboard.
 * Also rejects requests to hosts that are not allowed.
 *
 * @throws `ApiError` 403 if another site sent the request, or if the host is not allowed.
 */
export function rejectCrossSiteRequest(http: HttpContext, c: Context<RouteEnv>): void {
  rejectDisallowedHost(http, c);
  const site = c.req.header('sec-fetch-site') ?? 'none';
  const origin = c.req.header('origin');
  // `none` means that the user opened the URL directly; clients other than browsers, and browsers over plain HTTP, can omit the header
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
 * Rejects requests unless their host is `localhost`, a loopback address or the host of `publicUrl`. Without this check, another web site
 * could point its host name at this machine, and browsers would treat its pages as pages of this server (DNS rebinding).
 *
 * @throws `ApiError` 403 if the host is not allowed.
 */
export function rejectDisallowedHost({ settings }: HttpContext, c: Context<RouteEnv>): void {
  const host = c.req.header('host') ?? '';
  const url = URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : undefined;
  const publicHostname = settings.publicUrl === undefined ? undefined : new URL(settings.publicUrl).hostname;
  if (url && (isLoopbackHost(url.hostname) || url.hostname === publicHostname)) return;
  const allowedHosts =
    publicHostname === undefined ? 'localhost or a loopback address' : `${publicHostname} or a loopback address`;
  throw new ApiError(
    403,
    'forbidden',
    `Expected the dashboard's address to have the host ${allowedHosts}, got '${host.slice(0, 200)}'. ` +
      'To use another host name, start the server with --public-url and that address',
  );
}

/** Returns whether an origin belongs to this server. Also accepts the origin of `publicUrl`, because a proxy can replace `Host`. */
function isOwnOrigin({ settings }: HttpContext, c: Context<RouteEnv>, origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  if (settings.publicUrl !== undefined && origin === new URL(settings.publicUrl).origin) return true;
  return new URL(origin).host === c.req.header('host')?.toLowerCase();
}
