import { setMaxListeners } from 'node:events';

/** Turns off Node's warning about more than ten listeners, for a signal that many operations share. */
export function allowManyListeners(signal: AbortSignal): void {
  try {
    setMaxListeners(0, signal);
  } catch {
    // jsdom's signals have no such limit
  }
}
