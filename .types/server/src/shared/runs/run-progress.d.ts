import type { Progress, RunStatus, TaskStatus } from './run-status.js';
/** Converts reported numbers to progress. Returns `undefined` if `current` is not a finite number. */
export declare function readProgress(current: number, total: number | null): Progress | undefined;
/** Returns the newer progress, without ever decreasing it. */
export declare function advanceProgress(before: Progress | null, now: Progress): Progress;
/** Returns the progress of completed work, with its last message and data. */
export declare function completedProgress(before: Progress | null): Progress;
/**
 * Returns a run's progress. A pipeline counts its completed steps, plus fractions of the unfinished ones. A task reports its own
 * progress. A flow does not know its tasks in advance, so it counts completed tasks unless it reports its own progress.
 */
export declare function runProgress(run: Pick<RunStatus, 'kind' | 'state' | 'progress'>, tasks: readonly TaskStatus[]): Progress;
