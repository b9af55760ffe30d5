import type { RunStatus, RunSummary, TaskStatus } from '../../index.js';
import { shortDuration, tableLines } from './table.js';

/** Formats a run's state, tasks and error as human-readable lines. */
export function runLines(status: RunSummary): string[] {
  const { requestId, name, kind, of, state, late, progress, fileId, tasks, error, expiresAt } = status;
  const percent = state !== 'completed' && progress.percent !== null ? `, ${Math.floor(progress.percent)} %` : '';
  const rows = [
    ['run', `${requestId} (${name})`],
    [kind === 'hosted' ? 'pipeline' : kind, of],
    ['state', `${state}${percent}${late ? ', no worker has picked it up yet' : ''}`],
    ...(fileId === null ? [] : [['file', fileId]]),
    ...(status.durationMs === null ? [] : [['took', shortDuration(status.durationMs)]]),
    ...(expiresAt === null ? [] : [['expires', expiresAt]]),
    ...(error === null
      ? []
      : [['error', error.task === undefined ? error.message : `${error.task}: ${error.message}`]]),
  ];
  return [...tableLines(rows), ...(tasks.length > 0 ? tableLines(tasks.map(taskRow), '  ') : [])];
}

function taskRow(task: TaskStatus): string[] {
  const { key, name, model, state, attempt, durationMs, progress } = task;
  const percent = progress?.percent;
  const doing = state === 'running' && percent != null ? ` ${Math.floor(percent)} %` : '';
  return [
    key,
    model === null ? name : `${name} (${model})`,
    `${state}${doing}${attempt > 1 ? `, attempt ${attempt}` : ''}`,
    durationMs === null ? '' : shortDuration(durationMs),
  ];
}

/** Formats a run's current activity, such as `parser (1 of 2), attempt 2`. */
export function runStage(status: RunStatus): string {
  const { state, tasks, late } = status;
  const task = tasks.find((candidate) => candidate.state === 'running' || candidate.state === 'retrying');
  if (state === 'pending' && late) return 'pending: no worker has picked it up yet';
  if (!task) return state;
  const attempt = task.attempt > 1 ? `, attempt ${task.attempt}` : '';
  return `${task.name} (${task.index + 1} of ${tasks.length})${attempt}`;
}

/** Returns a run's progress as a fraction between 0 and 1. */
export function runFraction({ progress }: RunStatus): number | undefined {
  return progress.percent === null ? undefined : progress.percent / 100;
}
