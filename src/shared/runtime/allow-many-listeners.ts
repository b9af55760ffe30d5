import { setMaxListeners } from 'node:events';

/** Turns off Node's leak warning, which more than ten listeners trigger, for a signal that is shared by all work in progress. */
export function allowManyListeners(signal: AbortSignal): void {
  try {
    setMaxListeners(0, signal);
  } catch {
    // jsdom's signals have no such limit
  }
}
