import type { LogLine, LogLineLevel } from './run-event.js';
import { isFailureState } from './run-state.js';
import type { RunStatus } from './run-status.js';

type Kind = RunStatus['kind'];

const kindLabels: Readonly<Record<Kind, string>> = {
  hosted: 'Run',
  pipeline: 'Pipeline run',
  flow: 'Flow run',
  task: 'Task run',
};

/**
 * Returns the source of a log line: the run, as in `Flow run 'purple-dogfish'`, or one of its task runs, as in `Task run 'clean-0'`. For
 * the run of a single task, the source is always the run.
 */
export function describeLogSource(run: Pick<RunStatus, 'kind' | 'name'>, taskKey: string | null): string {
  return taskKey === null || run.kind === 'task' ? `${kindLabels[run.kind]} '${run.name}'` : `Task run '${taskKey}'`;
}

/**
 * Formats a log line for printing, in local time: `10:32:17.433 | INFO    | Flow run 'purple-dogfish' - Created task run …`.
 */
export function formatLogLine(
  source: string,
  { at, level, message }: Pick<LogLine, 'at' | 'level' | 'message'>,
): string {
  return `${formatTime(new Date(at))} | ${level.toUpperCase().padEnd(7)} | ${source} - ${message}`;
}

/** Describes how a run or a task run ended: `Completed()`, `Failed('no such file')`. */
export function describeEnd(state: string, message?: string): string {
  const name = `${state.charAt(0).toUpperCase()}${state.slice(1)}`;
  return message === undefined ? `${name}()` : `${name}('${message}')`;
}

/** Returns the level of the log line about a run's end. */
export const getEndLevel = (state: string): LogLineLevel =>
  isFailureState(state) ? 'error' : state === 'cancelled' ? 'warning' : 'info';

/** The content of a log line about a failed attempt that will be retried. */
export interface RetryLine {
  attempt: number;
  message: string;
  /** The delay before the next attempt, in seconds. */
  seconds: number;
}

/**
 * Returns the log message about a failed attempt that will be retried: `Attempt 1 failed: connection refused. Retrying in 2 s`. Omits a
 * period at the end of `message`.
 */
export function describeRetry({ attempt, message, seconds }: RetryLine): string {
  return `Attempt ${attempt} failed: ${message.replace(/\.$/, '')}. Retrying in ${seconds} s`;
}

/**
 * Parses a message from {@link describeRetry}. The result's `message` does not end with a period. Returns `undefined` for any other text.
 */
export function parseRetryMessage(text: string): RetryLine | undefined {
  const match = /^Attempt (\d+) failed: (.*)\. Retrying in ([\d.]+(?:e[+-]?\d+)?) s$/s.exec(text);
  return match ? { attempt: Number(match[1]), message: match[2] ?? '', seconds: Number(match[3]) } : undefined;
}

function formatTime(date: Date): string {
  const pad = (value: number, digits = 2) => String(value).padStart(digits, '0');
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`;
}
