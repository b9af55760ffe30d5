import type { Connection } from '../http/connection.js';
import { readServerEvents } from '../http/read-server-events.js';
import { readV1, requireV1 } from '../http/v1-call.js';
import { Issues } from '../options/issues.js';
import { anyValueFor, toBeBoolean, toBeFunction, type OptionTable } from '../options/option-table.js';
import { showStatus } from '../print/records.js';
import type { RunSummary, TaskRow } from '../shared/runs/run-status.js';
import { throwIfAborted } from '../shared/runtime/abort-reason.js';
import { sleep } from '../shared/runtime/sleep.js';
import type { Rows } from '../shared/types/rows.js';
import { WaitRetries } from '../wait/wait-retries.js';
import { watchTable, type WatchOptions } from '../wait/watch-run.js';
import type { RunFilter } from './run-filter.js';

/** Selects the runs to watch. All conditions must hold. */
export type RunWatchFilter = Pick<RunFilter, 'state' | 'kind' | 'of' | 'name' | 'worker' | 'root' | 'parent'>;

/** Options for watching all runs. */
export interface WatchAllOptions extends Omit<WatchOptions, 'timeout'> {
  /** Called once the server sends changes: what a list shows from then on is not older than the first change. */
  onOpen?: (() => void) | undefined;
  /** Called if changes may have been missed, such as after a restart of the server. List the runs again. */
  onReset?: (() => void) | undefined;
}

const filterTable: OptionTable<keyof RunWatchFilter> = {
  ...anyValueFor(['state', 'kind', 'of', 'name', 'worker', 'parent']),
  root: toBeBoolean,
};
const optionTable: OptionTable<keyof WatchAllOptions> = {
  signal: watchTable.signal,
  retryFor: watchTable.retryFor,
  onOpen: toBeFunction,
  onReset: toBeFunction,
};

/** The pause before a new connection after the server has ended one, in milliseconds. */
const pauseMs = 250;

/** Yields the runs that change. */
export async function* watchAllRuns(
  connection: Connection,
  filter: RunWatchFilter,
  options: WatchAllOptions,
): AsyncGenerator<RunSummary & Rows<TaskRow>, undefined> {
  const issues = new Issues();
  issues.check(filter, filterTable, 'the filter of runs.watchAll()');
  issues.check(options, optionTable, 'runs.watchAll()');
  issues.throwIfAny();
  const { signal, retryFor = connection.settings.retryFor, onOpen, onReset } = options;
  const call = { what: 'watch all runs', method: 'GET', path: '/v1/stream' } as const;
  const retries = new WaitRetries(connection, () => retryFor);
  let lastEventId = '';
  let errors = 0;
  const opened = () => {
    retries.end();
    errors = 0;
    onOpen?.();
  };
  try {
    for (;;) {
      try {
        await requireV1(connection, { signal, maxRetries: 0 });
        for await (const { name, id, data } of readServerEvents(connection, call, {
          lastEventId,
          onOpen: opened,
          signal,
        })) {
          if (name === 'reset') onReset?.();
          if (name === 'run') {
            const run = await readRun(data, call.what);
            if (matches(run, filter)) yield showStatus(run);
          }
          // a new connection brings what this one has not brought whole
          lastEventId = id ?? lastEventId;
        }
        await sleep(pauseMs, signal);
      } catch (error) {
        throwIfAborted(signal);
        const delay = retries.delayAfter(error, errors++);
        if (delay === undefined) throw error;
        await retries.pause(delay, signal);
      }
    }
  } finally {
    retries.end();
  }
}

function readRun(data: string, what: string): Promise<RunSummary> {
  const response = { status: 200, headers: {}, body: JSON.parse(data) as unknown, mayBeDuplicate: false };
  return readV1(response, what, (v1) => v1.runSummaryResponse);
}

function matches(run: RunSummary, { state, root = false, ...exact }: RunWatchFilter): boolean {
  const states = typeof state === 'string' ? [state] : state;
  if ((states && !states.includes(run.state)) || (root && run.parent !== null)) return false;
  return Object.entries(exact).every(
    ([name, value]) => value === undefined || run[name as keyof typeof exact] === value,
  );
}
