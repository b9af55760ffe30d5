import { formatLogLine } from '../../shared/runs/log-line.js';
import type { RunOptions } from '../types/local-run.js';
import type { Logger } from '../../shared/types/logger.js';
import { observeRuns, type RunObserver, type RunReporter, type RunStore } from '../../shared/runs/run-observer.js';
import type { LogLine } from '../../shared/runs/run-event.js';

export interface SourcedLine extends Omit<LogLine, 'task'> {
  readonly run: string;
  readonly task: string | null;
  /** `Flow run 'purple-dogfish'` */
  readonly source: string;
}

/** Where a run's reports and lines go. Child runs go where their parent goes. */
export interface Outlets {
  readonly observers: readonly RunObserver[];
  readonly stores: readonly RunStore[];
  readonly lines: readonly ((line: SourcedLine) => void)[];
  readonly isVerbose: boolean;
}

const none: Outlets = { observers: [], stores: [], lines: [], isVerbose: false };

export function openOutlets(
  { report, store, verbose, logger }: Pick<RunOptions, 'report' | 'store' | 'verbose' | 'logger'>,
  parent: Outlets = none,
): Outlets {
  const prints = verbose === true && !parent.isVerbose;
  if (!report && !store && !prints && !logger) return parent;
  return {
    observers: report ? [...parent.observers, ...observersOf(report)] : parent.observers,
    stores: store && !parent.stores.includes(store) ? [...parent.stores, store] : parent.stores,
    lines: [...parent.lines, ...(prints ? [printLine] : []), ...(logger ? [lineTo(logger)] : [])],
    isVerbose: parent.isVerbose || prints,
  };
}

/** None, when it cannot observe: that is no reason not to run. */
function observersOf(report: RunReporter): RunObserver[] {
  try {
    return [report[observeRuns]()];
  } catch {
    return [];
  }
}

function printLine({ source, ...line }: SourcedLine): void {
  process.stderr.write(`${formatLogLine(source, line)}\n`);
}

const methods = { debug: 'debug', info: 'info', warning: 'warn', error: 'error' } as const;

function lineTo(logger: Logger) {
  return ({ source, level, message, run, task }: SourcedLine): void => {
    logger[methods[level]](`${source} - ${message}`, { run, ...(task !== null && { task }) });
  };
}
