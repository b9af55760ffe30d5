/** Throws the signal's reason if the signal is aborted. Replaces `signal.throwIfAborted()`, which some signals, such as jsdom's, lack. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw getAbortReason(signal);
}

/**
 * Returns the reason of an aborted signal, or an `AbortError` if the signal has no reason, as with some polyfills. The reason can be
 * any value, despite the return type, because the code that aborts the signal chooses it.
 */
export function getAbortReason(signal: AbortSignal): Error {
  const reason = signal.reason as Error | undefined;
  return reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : reason;
}
