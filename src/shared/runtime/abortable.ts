import { abortReason, throwIfAborted } from './abort-reason.js';

/** Returns a promise that settles like `promise`, or rejects with the signal's reason if the signal is aborted first. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  promise.catch(() => undefined);
  throwIfAborted(signal);
  let relay: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    relay = () => reject(abortReason(signal));
    signal.addEventListener('abort', relay, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (relay) signal.removeEventListener('abort', relay);
  }
}
