import { ConnectionError } from '../errors/connection-error.js';
interface TransportFaultOptions {
    /** The system's error code, such as `ECONNRESET`; `TIMEOUT` if this package's timeout expired. */
    code: string;
    /** Whether the request reused a connection, which the server may have closed in the meantime. */
    reusedSocket?: boolean;
}
/**
 * The error for a request without a complete response. It does not reference the request, which contains the key. It is always
 * converted to a `ConnectionError` before a caller sees it.
 */
export declare class TransportFault extends Error {
    readonly name = "TransportFault";
    readonly code: string;
    readonly reusedSocket: boolean;
    constructor(message: string, options: TransportFaultOptions);
    /** Whether the request certainly did not reach the server. */
    get neverArrived(): boolean;
    /** Whether the server closed an idle connection just as it was reused. */
    get isStale(): boolean;
    /** Whether a retry may succeed. An invalid certificate or URL stays invalid. */
    get isTransient(): boolean;
    /** Converts the fault to the error that the user's code receives. */
    toError(what: string, url: URL): ConnectionError;
}
export {};
