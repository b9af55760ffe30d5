import { describeAsJson } from '../shared/rules/json-record.js';
import { toProgress } from '../shared/runs/run-progress.js';
import { currentContext } from './running/context.js';

/**
 * Reports the progress of the running step, task or flow. Emits at most 4 events per second. The final report of an attempt is always
 * emitted, unless the attempt fails and is to be retried. A call has no effect outside a run, after the run or the attempt has ended, or
 * if `current` is not a finite number.
 *
 * @param current The amount done so far. Within an attempt, the recorded percentage never decreases. The recorded amount decreases only
 * if `total` changes.
 * @param total The total amount. Omit it if unknown. The percentage reaches 100 only after the work has completed.
 * @param message A message to show with the progress, truncated to 10,000 characters.
 * @param data Additional data for the run's record.
 * @example
 * ```ts
 * for (const [i, page] of pages.entries()) {
 *   await read(page);
 *   progress(i + 1, pages.length, page.title);
 * }
 * ```
 */
export function progress(current: number, total?: number | null, message?: string, data?: unknown): void {
  const context = currentContext();
  const amounts = context && toProgress(current, total ?? null);
  if (!amounts) return;
  (context.attempt?.progress ?? context.run.progress).report({
    ...amounts,
    ...(typeof message === 'string' && { message: message.slice(0, maxMessageLength) }),
    ...(data !== undefined && { data: describeAsJson(data) }),
  });
}

const maxMessageLength = 10_000;
