import type { Handler } from 'hono';
import type * as z from 'zod';
import type { Account } from '../../accounts/accounts.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
/** The arguments of a wpipe endpoint. */
export interface WpipeCall<Body = undefined> {
    readonly http: HttpContext;
    readonly account: Account;
    readonly body: Body;
    /** The id in the path; empty if the path has no id. */
    readonly id: string;
}
type Handle<Body> = (call: WpipeCall<Body>) => Promise<unknown>;
/** Creates an endpoint with a request body. The API key is checked before the body is read. */
export declare function postEndpoint<Schema extends z.ZodType>(http: HttpContext, schema: Schema, handle: Handle<z.output<Schema>>): Handler<RouteEnv>;
/** Creates an endpoint without a request body. */
export declare function getEndpoint(http: HttpContext, handle: Handle<undefined>): Handler<RouteEnv>;
export {};
