/** Throws the signal's reason if the signal is aborted. The signals of jsdom and of some polyfills have no such method. */
export declare function throwIfAborted(signal: AbortSignal | undefined): void;
/**
 * Returns the reason of an aborted signal. The caller chooses it, so it may be no error, whatever its type here. Some polyfills keep
 * no reason.
 */
export declare function abortReason(signal: AbortSignal): Error;
