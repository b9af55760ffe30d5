import { setMaxListeners } from 'node:events';

/** For a signal that all work in progress listens to: more than ten listeners would trigger Node's leak warning. */
export function allowManyListeners(signal: AbortSignal): void {
  try {
    setMaxListeners(0, signal);
  } catch {
    // jsdom's signals have no such limit
  }
}
