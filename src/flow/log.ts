import { format } from 'node:util';
import type { LogLineLevel } from '../shared/runs/run-event.js';
import { currentContext } from './running/context.js';

/** Maximum length of a line, in characters. Longer lines are truncated. */
const maxLineLength = 16_384;

/** Formats the arguments like `console.log` and writes them as one log line. */
type LogCall = (...values: unknown[]) => void;

/** Writes lines to the log of the running step, task or flow. A direct call uses level `info`. */
export interface Log extends LogCall {
  readonly debug: LogCall;
  readonly info: LogCall;
  readonly warning: LogCall;
  readonly error: LogCall;
}

/**
 * Writes a line to the log of the running step, task or flow. The line goes to the run's logger and store, to the server that the run
 * reports to and, if the run is `verbose`, to stderr. `log` is the same as `log.info`. A call has no effect outside a run, or after the
 * run or the attempt has ended.
 *
 * @example
 * ```ts
 * log('read', pages.length, 'pages');
 * log.warning('page 3 is empty');
 * ```
 */
export const log: Log = Object.assign(createLogCall('info'), {
  debug: createLogCall('debug'),
  info: createLogCall('info'),
  warning: createLogCall('warning'),
  error: createLogCall('error'),
});

function createLogCall(level: LogLineLevel): LogCall {
  return (...values) => {
    const context = currentContext();
    if (!context || context.run.hasEnded || context.attempt?.hasEnded) return;
    context.run.log(level, formatLine(values), context.attempt?.key ?? null);
  };
}

function formatLine(values: readonly unknown[]): string {
  try {
    const line = format(...values);
    return line.length > maxLineLength ? `${line.slice(0, maxLineLength)}…` : line;
  } catch {
    // a custom `inspect` that throws must not make the run fail
    return '[a value that cannot be shown]';
  }
}
