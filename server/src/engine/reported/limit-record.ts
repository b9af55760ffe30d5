import { truncateText, eventLimits } from 'millrace/shared/runs/event-limits.js';
import type { TaskStatus } from 'millrace/shared/runs/run-status.js';
import { createLeftOutPlaceholder } from 'millrace/shared/rules/json-record.js';
import type { ReportedRunRow, ReportedTaskChange } from '../../store/tables/reported-runs.js';

const limitText = `${eventLimits.recordCharacters / 1e6} million characters`;

/** The warning to log when a run's record becomes full. */
export const recordFullMessage =
  `The record of this run is full: its tasks have more than ${limitText}. ` +
  'The details of later errors and progress are omitted, and messages are shortened.';

/** Approximate size of the task fields that `sizeOf` does not measure, in characters. */
const unmeasuredCharacters = 400;

/**
 * Adds the growth of the changed tasks to `run.recordCharacters`. If the sum exceeds `eventLimits.recordCharacters`, shortens the changed
 * tasks.
 *
 * @param tasksBefore The tasks before the change.
 * @returns The changed tasks to save, shortened if necessary.
 */
export function limitRecord(
  run: ReportedRunRow,
  tasksBefore: readonly TaskStatus[],
  changed: readonly ReportedTaskChange[],
): readonly ReportedTaskChange[] {
  const previousTasks = new Map(tasksBefore.map((task) => [task.key, task]));
  const growth = (tasks: readonly TaskStatus[]) =>
    tasks.reduce((sum, task) => {
      const previous = previousTasks.get(task.key);
      return sum + sizeOf(task) - (previous ? sizeOf(previous) : 0);
    }, 0);
  const size = run.recordCharacters + growth(changed);
  if (size <= eventLimits.recordCharacters) {
    run.recordCharacters = Math.max(0, size);
    return changed;
  }
  const shortened = changed.map(shorten);
  // keep the size above the limit, so that the warning is logged only once
  run.recordCharacters = Math.max(eventLimits.recordCharacters + 1, run.recordCharacters + growth(shortened));
  return shortened;
}

function sizeOf({ key, name, version, after, error, progress }: TaskStatus): number {
  return unmeasuredCharacters + JSON.stringify([key, name, version, after, error, progress]).length;
}

function shorten(task: ReportedTaskChange): ReportedTaskChange {
  const { error, progress } = task;
  const details = createLeftOutPlaceholder(`left out: the tasks of this run have more than ${limitText}`);
  return {
    ...task,
    after: task.after.slice(0, 1),
    error: error && {
      ...error,
      message: truncateText(error.message, 200),
      ...(error.details !== undefined && { details }),
    },
    progress: progress && { current: progress.current, total: progress.total, percent: progress.percent },
  };
}
