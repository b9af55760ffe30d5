import type { ReportedRunRow, ReportedTaskRow } from '../../store/tables/reported-runs.js';
import { heartbeatTimeoutCode } from './heartbeat-monitor.js';

export const reportingAgainMessage =
  'The run was marked as crashed, but it continues because its program is reporting again';

/** Returns whether a run is marked as crashed because its heartbeat timed out. */
export function hasTimedOut({ state, error }: Pick<ReportedRunRow, 'state' | 'error'>): boolean {
  return state === 'crashed' && error?.code === heartbeatTimeoutCode;
}

/** Returns copies of a timed-out run and its tasks, in which the run and crashed tasks are running, and skipped tasks are pending. */
export function reopenTimedOut(
  run: ReportedRunRow,
  tasks: readonly ReportedTaskRow[],
): { readonly run: ReportedRunRow; readonly tasks: readonly ReportedTaskRow[] } {
  return {
    run: { ...run, state: 'running', finishedAt: null, error: null },
    tasks: tasks.map((task) => {
      if (task.state === 'crashed') return { ...task, state: 'running', finishedAt: null, error: null };
      if (task.state === 'skipped') return { ...task, state: 'pending', finishedAt: null };
      return task;
    }),
  };
}
