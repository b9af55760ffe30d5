import type { ReportedRunRow, ReportedTaskRow } from '../../store/tables/reported-runs.js';
import type { NextEvent, ReportedSoFar } from './take-next-event.js';
import { silenceCode } from './watch-over-runs.js';

/** Whether a run ended only because nothing was heard of it. */
export function isTakenForDead({ state, error }: Pick<ReportedRunRow, 'state' | 'error'>): boolean {
  return state === 'crashed' && error?.code === silenceCode;
}

/** Takes back that a run was taken for dead. @returns The run as it was before, and the reports that make it so. */
export function revive(
  run: ReportedRunRow,
  tasks: readonly ReportedTaskRow[],
): ReportedSoFar & { readonly reports: readonly NextEvent[] } {
  const before = tasks.map((task): ReportedTaskRow => {
    if (task.state === 'crashed') return { ...task, state: 'running', finishedAt: null, error: null };
    if (task.state === 'skipped') return { ...task, state: 'pending', finishedAt: null };
    return task;
  });
  const reports: NextEvent[] = [
    { type: 'run-resumed' },
    { type: 'run-state', state: 'running' },
    ...before.flatMap(stateAgain),
    {
      type: 'log',
      level: 'warning',
      message: 'It is heard of again, and goes on: it had been taken for dead',
      task: null,
    },
  ];
  return { run: { ...run, state: 'running', finishedAt: null, error: null }, tasks: before, reports };
}

/** A run that is reopened has all tasks pending that had not completed. */
function stateAgain({ key, state, attempt, startedAt, finishedAt, error }: ReportedTaskRow): NextEvent[] {
  if (state !== 'running' && state !== 'failed') return [];
  const start: NextEvent[] =
    startedAt === null ? [] : [{ type: 'task-state', key, state: 'running', attempt, at: startedAt }];
  if (state === 'running') return start;
  const end = { ...(finishedAt !== null && { at: finishedAt }), ...(error && { error }) };
  return [...start, { type: 'task-state', key, state, attempt, ...end }];
}
