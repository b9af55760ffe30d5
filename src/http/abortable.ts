/** The promise, or the signal's reason as soon as there is one. What the promise does afterwards is not looked at. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  promise.catch(() => undefined);
  signal.throwIfAborted();
  let relay: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    // a reason is whatever the caller chose
    relay = () => reject(signal.reason as Error);
    signal.addEventListener('abort', relay, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (relay) signal.removeEventListener('abort', relay);
  }
}
