import type { Handler } from 'hono';
import type * as z from 'zod';
import type { Account } from '../../accounts/accounts.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { type HostedResponse } from './response.js';
/** The arguments of a hosted protocol endpoint. */
export interface HostedCall<Body> {
    readonly http: HttpContext;
    readonly account: Account;
    readonly body: Body;
    readonly requestId: string;
    /** The base URL for presigned URLs. */
    readonly baseUrl: string;
    readonly idempotencyKey: string | undefined;
    /** Aborted when the client disconnects. */
    readonly signal: AbortSignal;
}
interface HostedOptions {
    /**
     * If true, every error of the caller has status 400, because clients of the original protocol read the body of a `process`
     * response only if its status is 200 or 400. The server's own errors keep their status, so that other clients retry.
     */
    readonly onlyStatus400?: boolean;
}
/** Creates an endpoint's handler. It authenticates the request, validates the body and converts errors to responses. */
export declare function hostedEndpoint<Body>(http: HttpContext, schema: z.ZodType<Body>, handle: (call: HostedCall<Body>) => Promise<HostedResponse>, options?: HostedOptions): Handler<RouteEnv>;
export {};
