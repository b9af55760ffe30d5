import type { Context, MiddlewareHandler } from 'hono';
import type { Account } from '../accounts/accounts.js';
import { runForCaller } from '../store/db/caller.js';
import { ApiError } from './api-error.js';
import type { HttpContext, RouteEnv } from './http-context.js';

/** Finds the account for the request's API key, which is sent as `krixikApiKey` (hosted protocol) or as a bearer token. */
export async function authenticate(http: HttpContext, c: Context<RouteEnv>): Promise<Account | undefined> {
  const bearer = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  const key = bearer ?? c.req.header('krixikapikey');
  if (!key || key.length > 200) return undefined;
  return http.keys.find(key);
}

/** Rejects requests without a valid key. @throws `ApiError` 401 */
export function requireAccount(http: HttpContext): MiddlewareHandler<RouteEnv> {
  return async (c, next) => {
    const account = await authenticate(http, c);
    if (!account) {
      throw new ApiError(
        401,
        'unauthenticated',
        'Expected a valid API key in the header `Authorization: Bearer <key>`',
      );
    }
    c.set('account', account);
    await runForAccount(c, account, next);
  };
}

/** Maximum duration of one statement for a request, in milliseconds. */
const statementMs = 30_000;

/** Handles an authenticated request, whose statements are limited to the account's share of the database. */
export function runForAccount<T>(c: Context<RouteEnv>, account: Account, handle: () => Promise<T>): Promise<T> {
  const { socket } = c.env.incoming;
  return runForCaller({ account: account.id, statementMs, isGone: () => socket.destroyed }, handle);
}
