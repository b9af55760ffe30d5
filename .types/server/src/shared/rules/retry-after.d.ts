/**
 * Returns the delay, in milliseconds, that a server requests in `Retry-After` (seconds or a date; RFC 9110, 10.2.3) or in
 * `retry-after-ms`, which some gateways add.
 */
export declare function readRetryAfter(headers: Readonly<Record<string, string>>, now?: number): number | undefined;
