import type { Connection } from '../http/connection.js';
import { Issues } from '../options/issues.js';
import { anyValueFor, toBeBoolean, toBeFunction, type OptionRules } from '../options/option-rules.js';
import { toPrintableRunSummary } from '../print/records.js';
import type { RunSummary } from '../shared/runs/run-status.js';
import { followEvents, parseEventData } from '../wait/follow-events.js';
import { watchRules, type WatchOptions } from '../wait/watch-run.js';
import type { RunFilter } from './run-filter.js';

/** A filter for the runs to watch. A run must match every field that is set. */
export type RunWatchFilter = Pick<RunFilter, 'state' | 'kind' | 'of' | 'name' | 'worker' | 'root' | 'parent'>;

/** Options for `client.runs.watchAll()`. */
export interface WatchAllOptions extends Omit<WatchOptions, 'timeout'> {
  /** Called each time a connection opens. To get the current runs and all later changes, list the runs in this callback. */
  onOpen?: (() => void) | undefined;
  /** Called when changes may have been missed, for example after a server restart. List the runs again in this callback. */
  onReset?: (() => void) | undefined;
}

const filterRules: OptionRules<keyof RunWatchFilter> = {
  ...anyValueFor(['state', 'kind', 'of', 'name', 'worker', 'parent']),
  root: toBeBoolean,
};
const optionRules: OptionRules<keyof WatchAllOptions> = {
  signal: watchRules.signal,
  retryFor: watchRules.retryFor,
  onOpen: toBeFunction,
  onReset: toBeFunction,
};

/** Yields a matching run's new summary whenever the run has changed. */
export async function* watchAllRuns(
  connection: Connection,
  filter: RunWatchFilter,
  options: WatchAllOptions,
): AsyncGenerator<RunSummary, undefined> {
  const issues = new Issues();
  issues.check(filter, filterRules, 'the filter of runs.watchAll()');
  issues.check(options, optionRules, 'runs.watchAll()');
  issues.throwIfAny();
  const { signal, retryFor, onOpen, onReset } = options;
  const call = { action: 'watch all runs', method: 'GET', path: '/v1/stream' } as const;
  // after a reconnect, the stream resumes after the last event that this loop has handled
  for await (const { name, data } of followEvents(connection, call, { signal, retryFor, onOpen })) {
    if (name === 'reset') onReset?.();
    if (name !== 'run') continue;
    const run = await parseEventData(data, call.action, (v1) => v1.runSummaryResponse);
    if (matches(run, filter)) yield toPrintableRunSummary(run);
  }
  return undefined;
}

function matches(run: RunSummary, { state, root = false, ...exact }: RunWatchFilter): boolean {
  const states = typeof state === 'string' ? [state] : state;
  if ((states && !states.includes(run.state)) || (root && run.parent !== null)) return false;
  return Object.entries(exact).every(
    ([name, value]) => value === undefined || run[name as keyof typeof exact] === value,
  );
}
