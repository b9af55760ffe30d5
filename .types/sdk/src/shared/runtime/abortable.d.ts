/** Returns a promise that rejects with the signal's reason on abort, and otherwise settles like `promise`. */
export declare function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T>;
