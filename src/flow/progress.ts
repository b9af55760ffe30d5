import { describeAsJson } from '../shared/rules/json-record.js';
import { readProgress } from '../shared/runs/run-progress.js';
import { currentContext } from './running/context.js';

/**
 * Says how far the running step, task or flow is. At most 4 reports a second leave it, and the last one always does. Outside of a
 * run it does nothing, so that functions which call it can be used and tested alone; so do numbers that say nothing, such as `NaN`.
 *
 * @param current How much is done. It never goes back within an attempt.
 * @param total How much there is; left out when nobody knows. 100 % are reached when the work has returned.
 * @param data Anything for whoever looks at the record.
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
  const now = context && readProgress(current, total ?? null);
  if (!now) return;
  (context.task?.progress ?? context.run.progress).report({
    ...now,
    ...(typeof message === 'string' && { message: message.slice(0, maxMessage) }),
    ...(data !== undefined && { data: describeAsJson(data) }),
  });
}

const maxMessage = 10_000;
