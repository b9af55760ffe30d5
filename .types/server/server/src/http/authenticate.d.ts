import type { Context, MiddlewareHandler } from 'hono';
import type { Account } from '../accounts/accounts.js';
import type { HttpContext, RouteEnv } from './http-context.js';
/** Finds the account for the request's API key, which is sent as `krixikApiKey` (hosted protocol) or as a bearer token. */
export declare function authenticate(http: HttpContext, c: Context<RouteEnv>): Promise<Account | undefined>;
/** Rejects requests without a valid key. @throws `ApiError` 401 */
export declare function requireAccount(http: HttpContext): MiddlewareHandler<RouteEnv>;
/** Handles an authenticated request, whose statements are limited to the account's share of the database. */
export declare function runForAccount<T>(c: Context<RouteEnv>, account: Account, handle: () => Promise<T>): Promise<T>;
