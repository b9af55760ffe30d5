import type { Context } from 'hono';
import type { Account } from '../accounts/accounts.js';
import type { HttpContext, RouteEnv } from './http-context.js';

/** The account whose key the request carries: as `krixikApiKey` (hosted protocol) or as a bearer token. */
export async function authenticate(http: HttpContext, c: Context<RouteEnv>): Promise<Account | undefined> {
  const bearer = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  const key = bearer ?? c.req.header('krixikapikey');
  if (!key || key.length > 200) return undefined;
  return http.keys.find(key);
}
