/** Throws the signal's reason if the signal is aborted. The signals of jsdom and of some polyfills have no `throwIfAborted`. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortReason(signal);
}

/**
 * Returns the reason of an aborted signal. The caller chooses the reason, so it may not be an error, despite its type here. Some
 * polyfills keep no reason.
 */
export function abortReason(signal: AbortSignal): Error {
  const reason = signal.reason as Error | undefined;
  return reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : reason;
}
