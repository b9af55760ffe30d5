import type { Progress, RunStatus, TaskStatus } from './run-status.js';

/** The maximum percentage before the work is completed. */
const maxUnfinishedPercent = 99;

/** Converts reported numbers to progress. Returns `undefined` if `current` is not a finite number. */
export function readProgress(current: number, total: number | null): Progress | undefined {
  if (!Number.isFinite(current)) return undefined;
  const known = total !== null && Number.isFinite(total) && total > 0 ? total : null;
  const done = Math.min(Math.max(0, current), known ?? Infinity);
  return {
    current: done,
    total: known,
    percent: known === null ? null : Math.min(maxUnfinishedPercent, Math.floor((100 * done) / known)),
  };
}

/** Returns the newer progress, without ever decreasing it. */
export function advanceProgress(before: Progress | null, now: Progress): Progress {
  const percent = now.percent === null ? null : Math.min(maxUnfinishedPercent, now.percent);
  if (before === null) return { ...now, percent };
  return {
    ...now,
    current: before.total === now.total ? Math.max(before.current, now.current) : now.current,
    percent: percent === null ? before.percent : Math.max(before.percent ?? 0, percent),
  };
}

/** Returns the progress of completed work, with its last message and data. */
export function completedProgress(before: Progress | null): Progress {
  if (before === null) return { current: 1, total: 1, percent: 100 };
  return { ...before, current: before.total ?? before.current, percent: 100 };
}

/** The numbers from a run's tasks that its progress depends on. */
export interface TaskTally {
  readonly total: number;
  readonly completed: number;
  /** The sum of the percentages of the unfinished tasks. */
  readonly percents: number;
  /** The progress of the first task. */
  readonly first: Progress | null;
}

export function tallyTasks(tasks: readonly TaskStatus[]): TaskTally {
  const open = tasks.filter((task) => task.state !== 'completed');
  return {
    total: tasks.length,
    completed: tasks.length - open.length,
    percents: open.reduce((sum, { progress }) => sum + (progress?.percent ?? 0), 0),
    first: tasks[0]?.progress ?? null,
  };
}

/** Returns the completed percentage of a run's tasks; `null` without tasks. */
export function percentOfTasks({ total, completed, percents }: TaskTally): number | null {
  return total === 0 ? null : Math.min(maxUnfinishedPercent, Math.floor((100 * completed + percents) / total));
}

/**
 * Returns a run's progress. A pipeline counts its completed steps, plus fractions of the unfinished ones. A task reports its own
 * progress. A flow does not know its tasks in advance, so it counts completed tasks unless it reports its own progress.
 */
export function runProgress(run: Pick<RunStatus, 'kind' | 'state' | 'progress'>, tally: TaskTally): Progress {
  const now = currentProgress(run, tally);
  if (run.state !== 'completed') return advanceProgress(run.progress, now);
  return { ...now, current: now.total ?? now.current, percent: 100 };
}

function currentProgress({ kind, progress }: Pick<RunStatus, 'kind' | 'progress'>, tally: TaskTally): Progress {
  const { total, completed, first } = tally;
  if (kind === 'task') return first ?? progress;
  if (kind === 'flow') {
    const hasOwnProgress = progress.current > 0 || progress.total !== null || progress.message !== undefined;
    return hasOwnProgress ? progress : { ...progress, current: completed };
  }
  return { current: completed, total, percent: percentOfTasks(tally) };
}
