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

/**
 * Returns a run's progress. A pipeline counts its completed steps, plus fractions of the unfinished ones. A task reports its own
 * progress. A flow does not know its tasks in advance, so it counts completed tasks unless it reports its own progress.
 */
export function runProgress(
  run: Pick<RunStatus, 'kind' | 'state' | 'progress'>,
  tasks: readonly TaskStatus[],
): Progress {
  const now = currentProgress(run, tasks);
  if (run.state !== 'completed') return advanceProgress(run.progress, now);
  return { ...now, current: now.total ?? now.current, percent: 100 };
}

function currentProgress(
  { kind, progress }: Pick<RunStatus, 'kind' | 'progress'>,
  tasks: readonly TaskStatus[],
): Progress {
  const [only] = tasks;
  if (kind === 'task') return only?.progress ?? progress;
  const done = tasks.filter((task) => task.state === 'completed').length;
  if (kind === 'flow') {
    const hasOwnProgress = progress.current > 0 || progress.total !== null || progress.message !== undefined;
    return hasOwnProgress ? progress : { ...progress, current: done };
  }
  const part = tasks.reduce(
    (sum, task) => sum + (task.state === 'completed' ? 0 : (task.progress?.percent ?? 0) / 100),
    0,
  );
  const percent = readProgress(done + part, tasks.length)?.percent ?? null;
  return { current: done, total: tasks.length, percent };
}
