import type { Progress, RunStatus, TaskStatus } from './run-status.js';

/** 100 is for what is completed. */
const almost = 99;

/** Where work stands, from numbers that may be anything; `undefined` when they say nothing. */
export function readProgress(current: number, total: number | null): Progress | undefined {
  if (!Number.isFinite(current)) return undefined;
  const known = total !== null && Number.isFinite(total) && total > 0 ? total : null;
  const done = Math.min(Math.max(0, current), known ?? Infinity);
  return {
    current: done,
    total: known,
    percent: known === null ? null : Math.min(almost, Math.floor((100 * done) / known)),
  };
}

/** The newer progress, but never less than there was. */
export function furtherProgress(before: Progress | null, now: Progress): Progress {
  const percent = now.percent === null ? null : Math.min(almost, now.percent);
  if (before === null) return { ...now, percent };
  return {
    ...now,
    current: before.total === now.total ? Math.max(before.current, now.current) : now.current,
    percent: percent === null ? before.percent : Math.max(before.percent ?? 0, percent),
  };
}

/** What was said of completed work last, at its end. */
export function completedProgress(before: Progress | null): Progress {
  if (before === null) return { current: 1, total: 1, percent: 100 };
  return { ...before, current: before.total ?? before.current, percent: 100 };
}

/**
 * Where a run stands. A pipeline: its steps, a part of a step counting as one. A task: as that says. A flow, whose tasks nobody
 * knows beforehand: as it says itself, or the number of tasks that are done.
 */
export function runProgress(
  run: Pick<RunStatus, 'kind' | 'state' | 'progress'>,
  tasks: readonly TaskStatus[],
): Progress {
  const now = ofTasks(run, tasks);
  if (run.state !== 'completed') return furtherProgress(run.progress, now);
  return { ...now, current: now.total ?? now.current, percent: 100 };
}

function ofTasks({ kind, progress }: Pick<RunStatus, 'kind' | 'progress'>, tasks: readonly TaskStatus[]): Progress {
  const [only] = tasks;
  if (kind === 'task') return only?.progress ?? progress;
  const done = tasks.filter((task) => task.state === 'completed').length;
  if (kind === 'flow') {
    const isItsOwn = progress.current > 0 || progress.total !== null || progress.message !== undefined;
    return isItsOwn ? progress : { ...progress, current: done };
  }
  const part = tasks.reduce(
    (sum, task) => sum + (task.state === 'completed' ? 0 : (task.progress?.percent ?? 0) / 100),
    0,
  );
  const percent = readProgress(done + part, tasks.length)?.percent ?? null;
  return { current: done, total: tasks.length, percent };
}
