import { createHmac } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { matchedRoutes } from 'hono/route';
import { includesRole } from 'millrace/shared/rules/roles.js';
import { hashSecret, type ApiKey, type Credential } from '../accounts/keys.js';
import { explainNameNotAllowed } from '../engine/engine-error.js';
import { includesName, type Access } from '../store/tables/access.js';
import { runForCaller } from '../store/db/caller.js';
import { ApiError } from './api-error.js';
import { refuseOtherSites } from './dashboard/own-site.js';
import type { HttpContext, RouteEnv } from './http-context.js';
import { routeRoles } from './route-roles.js';

/**
 * Returns the name of the session cookie of browsers that are signed in to the dashboard. The name differs by database: browsers send
 * a cookie to all ports of a host and all paths of a proxy, so two servers with the same name there would sign each other's users out.
 *
 * @param secret The secret that all servers with the same database share.
 */
export function sessionCookieName(secret: Buffer): string {
  return `millrace_session_${createHmac('sha256', secret).update('session cookie').digest('hex').slice(0, 8)}`;
}

/**
 * Finds the request's API key, which is sent as `krixikApiKey` (hosted protocol) or as a bearer token. Without a key, uses the session
 * cookie of a browser, which stands for the key that the browser was signed in with.
 *
 * @throws `ApiError` 403 if the key's role may not use the route, or if another web site made the browser send the cookie.
 */
export async function authenticate(http: HttpContext, c: Context<RouteEnv>): Promise<ApiKey | undefined> {
  const credential = await findCredential(http, c);
  if (!credential) return undefined;
  checkRole(c, credential.key);
  c.set('credential', credential);
  return credential.key;
}

async function findCredential(http: HttpContext, c: Context<RouteEnv>): Promise<Credential | undefined> {
  const bearer = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  const secret = bearer ?? c.req.header('krixikapikey');
  const token = secret === undefined ? getCookie(c, http.sessionCookie) : undefined;
  const sent = secret ?? token;
  if (!sent || sent.length > maxSecretLength) return undefined;
  if (token !== undefined) refuseOtherSites(http, c);
  return http.keys.findCredential(token === undefined ? 'key' : 'session', hashSecret(sent));
}

/** The maximum length of a key. */
export const maxSecretLength = 200;

function checkRole(c: Context<RouteEnv>, { name, role }: ApiKey): void {
  const route = matchedRoutes(c).find(({ method }) => method !== 'ALL');
  // the path does not exist; the request is rejected later, with status 404
  if (!route) return;
  const needed = routeRoles[`${route.method} ${route.path}`];
  if (needed === 'public' || needed === 'signed') return;
  if (!needed) throw new ApiError(403, 'forbidden', 'This route is closed: no role may use it');
  if (includesRole(role, needed)) return;
  throw new ApiError(
    403,
    'forbidden',
    `Expected a key with the role ${needed} or above, got the key ${name} with the role ${role}; ask an admin for another key`,
  );
}

/** Rejects requests without a valid key. @throws `ApiError` 401, 403 */
export function requireKey(http: HttpContext): MiddlewareHandler<RouteEnv> {
  return async (c, next) => {
    const key = await authenticate(http, c);
    if (!key) {
      throw new ApiError(
        401,
        'unauthenticated',
        'Expected a valid API key in the header `Authorization: Bearer <key>`',
      );
    }
    c.set('access', accessOf(key));
    await runForKey(c, key, next);
    // otherwise, the browser might cache the response
    const isCacheable = c.get('credential').kind === 'session' && !c.res.headers.has('cache-control');
    if (isCacheable) c.header('cache-control', 'no-store');
  };
}

/** Returns the access that a key grants. A runner's key may change only runs that it has started. */
export function accessOf({ id, accountId, role, pipelines }: ApiKey): Access {
  return { account: accountId, names: pipelines, ownKey: includesRole(role, 'operator') ? null : id };
}

/** Checks that a key may use a pipeline, flow or task of this name. @throws `ApiError` 403 */
export function assertName(access: Access, name: string): void {
  if (!includesName(access, name)) throw new ApiError(403, 'forbidden', explainNameNotAllowed(access, name));
}

/** Maximum duration of one statement for a request, in milliseconds. */
export const statementMs = 30_000;

/** Handles an authenticated request, whose statements are limited to the account's share of the database. */
export function runForKey<T>(c: Context<RouteEnv>, key: ApiKey, handle: () => Promise<T>): Promise<T> {
  const { socket } = c.env.incoming;
  const caller = {
    account: key.accountId,
    key: key.id,
    keyName: key.name,
    // remove the prefix of an IPv4 client's address if the server also listens on IPv6
    address: socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, '') ?? null,
    statementMs,
    isGone: () => socket.destroyed,
  };
  return runForCaller(caller, handle);
}
