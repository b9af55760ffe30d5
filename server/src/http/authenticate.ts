import { createHmac } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { matchedRoutes } from 'hono/route';
import { includesRole } from 'millrace/shared/rules/roles.js';
import { hashSecret, type ApiKey, type Credential } from '../accounts/keys.js';
import { explainNameNotAllowed } from '../engine/engine-error.js';
import { allowsName, type Access } from '../store/tables/access.js';
import { runForCaller } from '../store/db/caller.js';
import { ApiError } from './api-error.js';
import { rejectCrossSiteRequest } from './dashboard/own-site.js';
import type { HttpContext, RouteEnv } from './http-context.js';
import { routeAccess } from './route-access.js';

/**
 * Returns the name of the dashboard's session cookie, which is derived from the secret. Browsers share cookies between all ports of a host,
 * so with a fixed name, two unrelated servers on one host would sign out each other's users.
 *
 * @param secret The secret that all servers on the same database share.
 */
export function getSessionCookieName(secret: Buffer): string {
  return `millrace_session_${createHmac('sha256', secret).update('session cookie').digest('hex').slice(0, 8)}`;
}

/**
 * Returns the API key of a request, or `undefined` if the request has no valid key. The key is sent as a bearer token or in the header
 * `krixikApiKey` (hosted protocol). Without either, a session cookie identifies the key that the browser is signed in with. If
 * the credential is valid, stores it in the context.
 *
 * @throws `ApiError` 403 if the key's role may not use the route, or if the request relies on a session cookie but comes from another web
 * site or uses a host that is not allowed.
 */
export async function authenticate(http: HttpContext, c: Context<RouteEnv>): Promise<ApiKey | undefined> {
  const credential = await findCredential(http, c);
  if (!credential) return undefined;
  assertRole(c, credential.key);
  c.set('credential', credential);
  return credential.key;
}

async function findCredential(http: HttpContext, c: Context<RouteEnv>): Promise<Credential | undefined> {
  const bearer = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  const secret = bearer ?? c.req.header('krixikapikey');
  const token = secret === undefined ? getCookie(c, http.sessionCookieName) : undefined;
  const secretOrToken = secret ?? token;
  if (!secretOrToken || secretOrToken.length > maxSecretLength) return undefined;
  if (token !== undefined) rejectCrossSiteRequest(http, c);
  return http.keys.findCredential(token === undefined ? 'key' : 'session', hashSecret(secretOrToken));
}

/** The maximum length of an API key, a session token or a sign-in link's token, in characters. */
export const maxSecretLength = 200;

/** @throws `ApiError` 403 if the key's role may not use the route. */
function assertRole(c: Context<RouteEnv>, { name, role }: ApiKey): void {
  const route = matchedRoutes(c).find(({ method }) => method !== 'ALL');
  // no route matches, so the app will respond with status 404
  if (!route) return;
  const requiredRole = routeAccess[`${route.method} ${route.path}`];
  if (requiredRole === 'public' || requiredRole === 'signed') return;
  if (!requiredRole) throw new ApiError(403, 'forbidden', 'No role may use this route');
  if (includesRole(role, requiredRole)) return;
  throw new ApiError(
    403,
    'forbidden',
    `This request requires at least the role '${requiredRole}', but the key '${name}' has the role '${role}'. Ask an admin for another key.`,
  );
}

/** Creates middleware that responds with status 401 unless the request has a valid key. */
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
    c.set('access', getAccess(key));
    await runForKey(c, key, next);
    // browsers might cache a response without `cache-control`
    const shouldPreventCaching = c.get('credential').kind === 'session' && !c.res.headers.has('cache-control');
    if (shouldPreventCaching) c.header('cache-control', 'no-store');
  };
}

/** Returns the access that a key grants. A key with a role below operator can change only the runs and batches that it created. */
export function getAccess({ id, accountId, role, pipelines }: ApiKey): Access {
  return { account: accountId, names: pipelines, ownKeyId: includesRole(role, 'operator') ? null : id };
}

/** @throws `ApiError` 403 if the key may not use a pipeline, flow or task with this name. */
export function assertNameAllowed(access: Access, name: string): void {
  if (!allowsName(access, name)) throw new ApiError(403, 'forbidden', explainNameNotAllowed(access, name));
}

/** The maximum duration of an SQL statement or transaction of a request or an event stream, in milliseconds. */
export const statementTimeoutMs = 30_000;

/**
 * Calls `handle` with limits on its SQL. Each statement or transaction may take at most `statementTimeoutMs`, except in the embedded
 * database, which cannot stop statements. The requests of an account share a limited number of database connections.
 */
export function runForKey<T>(c: Context<RouteEnv>, key: ApiKey, handle: () => Promise<T>): Promise<T> {
  const { socket } = c.env.incoming;
  const caller = {
    account: key.accountId,
    keyId: key.id,
    keyName: key.name,
    // a server that listens on IPv6 sees IPv4 addresses as `::ffff:192.0.2.1`
    address: socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, '') ?? null,
    statementTimeoutMs,
    hasDisconnected: () => socket.destroyed,
  };
  return runForCaller(caller, handle);
}
