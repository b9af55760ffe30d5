import type { Progress, RunStatus, TaskStatus } from './run-status.js';

/** The maximum percentage of unfinished work. */
const maxUnfinishedPercent = 99;

/** Converts reported numbers to a `Progress`. Returns `undefined` if `current` is not a finite number. */
export function toProgress(current: number, total: number | null): Progress | undefined {
  if (!Number.isFinite(current)) return undefined;
  const validTotal = total !== null && Number.isFinite(total) && total > 0 ? total : null;
  const validCurrent = Math.min(Math.max(0, current), validTotal ?? Infinity);
  return {
    current: validCurrent,
    total: validTotal,
    percent: validTotal === null ? null : Math.min(maxUnfinishedPercent, Math.floor((100 * validCurrent) / validTotal)),
  };
}

/** Returns `next`, adjusted so that the percentage does not decrease, and `current` does not decrease while the total stays the same. */
export function advanceProgress(previous: Progress | null, next: Progress): Progress {
  const percent = next.percent === null ? null : Math.min(maxUnfinishedPercent, next.percent);
  if (previous === null) return { ...next, percent };
  return {
    ...next,
    current: previous.total === next.total ? Math.max(previous.current, next.current) : next.current,
    percent: percent === null ? previous.percent : Math.max(previous.percent ?? 0, percent),
  };
}

/** Returns the progress of completed work, with the message and data of the most recent progress. */
export function completeProgress(previous: Progress | null): Progress {
  if (previous === null) return { current: 1, total: 1, percent: 100 };
  return { ...previous, current: previous.total ?? previous.current, percent: 100 };
}

/** A summary of a run's tasks, used to compute the run's progress. */
export interface TaskTally {
  readonly total: number;
  readonly completed: number;
  /** The sum of the percentages of the tasks that have not completed. */
  readonly percentSum: number;
  /** The progress of the first task. */
  readonly firstProgress: Progress | null;
}

export function tallyTasks(tasks: readonly TaskStatus[]): TaskTally {
  const incomplete = tasks.filter((task) => task.state !== 'completed');
  return {
    total: tasks.length,
    completed: tasks.length - incomplete.length,
    percentSum: incomplete.reduce((sum, { progress }) => sum + (progress?.percent ?? 0), 0),
    firstProgress: tasks[0]?.progress ?? null,
  };
}

/** Returns the average percentage of a run's tasks, at most 99; `null` if the run has no tasks. */
export function averageTaskPercent({ total, completed, percentSum }: TaskTally): number | null {
  return total === 0 ? null : Math.min(maxUnfinishedPercent, Math.floor((100 * completed + percentSum) / total));
}

/**
 * Returns a run's progress. A pipeline's progress counts the completed steps, and its percentage also covers the progress of unfinished
 * steps. A task reports its own progress. A flow does not know its tasks in advance, so its progress counts the completed tasks, unless
 * the flow reports its own progress.
 */
export function computeRunProgress(run: Pick<RunStatus, 'kind' | 'state' | 'progress'>, tally: TaskTally): Progress {
  const next = currentProgress(run, tally);
  if (run.state !== 'completed') return advanceProgress(run.progress, next);
  return { ...next, current: next.total ?? next.current, percent: 100 };
}

function currentProgress({ kind, progress }: Pick<RunStatus, 'kind' | 'progress'>, tally: TaskTally): Progress {
  const { total, completed, firstProgress } = tally;
  if (kind === 'task') return firstProgress ?? progress;
  if (kind === 'flow') {
    const hasOwnProgress = progress.current > 0 || progress.total !== null || progress.message !== undefined;
    return hasOwnProgress ? progress : { ...progress, current: completed };
  }
  return { current: completed, total, percent: averageTaskPercent(tally) };
}
