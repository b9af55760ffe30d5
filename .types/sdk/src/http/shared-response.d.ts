/**
 * Makes a request once and shares its response between all callers. A failure is not cached, so the next caller makes a new
 * request. A caller can abort its own wait, but not the request, because other callers may be waiting for it.
 */
export declare class SharedResponse<T> {
    #private;
    /** @throws Any error from `send`, or the signal's reason. */
    get(send: () => Promise<T>, signal: AbortSignal | undefined): Promise<T>;
}
