import { currentContext } from './running/context.js';

/**
 * The signal of the running step, task or flow: aborted when the run is cancelled or its timeout passes. Give it to whatever
 * takes one, so that the work really stops. Outside of a run it is a signal that nobody aborts.
 *
 * @example
 * ```ts
 * const answer = await fetch(url, { signal: currentSignal() });
 * ```
 */
export function currentSignal(): AbortSignal {
  return currentContext()?.signal ?? new AbortController().signal;
}
