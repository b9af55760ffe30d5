import type { Readable } from 'node:stream';
import type { ProxyChoice } from '../settings/proxy.js';
import type { Agents } from './agents.js';
interface Exchange {
    readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE';
    readonly url: URL;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: Buffer | Readable;
    /** Aborts the exchange, which then rejects with the signal's reason. */
    readonly signal: AbortSignal;
    readonly agents: Agents;
    readonly proxy: ProxyChoice;
    /** If true, uses a new connection. @default false */
    readonly fresh?: boolean;
    /** If true, the exchange does not keep the process alive. @default false */
    readonly isBackground?: boolean;
}
export interface HttpResponse<Body = Buffer> {
    readonly status: number;
    /** The headers, keyed by lower-case name. */
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Body;
}
/**
 * Sends a request and returns the complete response, regardless of its status.
 *
 * @throws `TransportFault`, or the signal's reason.
 */
export declare function exchange(request: Exchange): Promise<HttpResponse>;
/** Sends a request and returns the response as soon as the headers have arrived. The caller must read or destroy the body. */
export declare function exchangeStream(request: Exchange): Promise<HttpResponse<Readable>>;
export {};
