import { formatLogLine } from '../../../shared/runs/log-line.js';
import type { RunOptions } from '../../types/local-run.js';
import type { Logger } from '../../../shared/types/client-options.js';
import { observeRuns, type RunObserver, type RunReporter, type RunStore } from '../../../shared/runs/run-observer.js';
import type { LogLine } from '../../../shared/runs/run-event.js';

/** A log line with its run, task run and source. */
interface SourcedLine extends Omit<LogLine, 'task'> {
  readonly run: string;
  readonly task: string | null;
  /** The line's source, such as `Flow run 'purple-dogfish'`. */
  readonly source: string;
}

/** The destinations of a run's events and log lines. Child runs also use their parent's sinks. */
export interface RunSinks {
  readonly observers: readonly RunObserver[];
  readonly stores: readonly RunStore[];
  readonly lineWriters: readonly ((line: SourcedLine) => void)[];
  readonly isVerbose: boolean;
}

const noSinks: RunSinks = { observers: [], stores: [], lineWriters: [], isVerbose: false };

/** Combines the sinks in the options with the parent's sinks. */
export function combineSinks(
  { report, store, verbose, logger }: Pick<RunOptions, 'report' | 'store' | 'verbose' | 'logger'>,
  parent: RunSinks = noSinks,
): RunSinks {
  const shouldPrint = verbose === true && !parent.isVerbose;
  if (!report && !store && !shouldPrint && !logger) return parent;
  return {
    observers: report ? [...parent.observers, ...getObservers(report)] : parent.observers,
    stores: store && !parent.stores.includes(store) ? [...parent.stores, store] : parent.stores,
    lineWriters: [
      ...parent.lineWriters,
      ...(shouldPrint ? [printLine] : []),
      ...(logger ? [createLineWriter(logger)] : []),
    ],
    isVerbose: parent.isVerbose || shouldPrint,
  };
}

/** Calls an observer or a logger, and ignores its errors. */
export function callIgnoringErrors(call: () => unknown): void {
  try {
    call();
  } catch {
    // an observer or a logger must not affect the run
  }
}

/** Returns the reporter's observer in an array. If the reporter throws, returns an empty array, so that the run can still start. */
function getObservers(report: RunReporter): RunObserver[] {
  try {
    return [report[observeRuns]()];
  } catch {
    return [];
  }
}

function printLine({ source, ...line }: SourcedLine): void {
  process.stderr.write(`${formatLogLine(source, line)}\n`);
}

const loggerMethods = { debug: 'debug', info: 'info', warning: 'warn', error: 'error' } as const;

function createLineWriter(logger: Logger) {
  return ({ source, level, message, run, task }: SourcedLine): void => {
    logger[loggerMethods[level]](`${source} - ${message}`, { run, ...(task !== null && { task }) });
  };
}
