import type { RunStatus, RunSummary, RunWarning, TaskStatus } from '../../index.js';
import { showWarning } from '../../shared/runs/run-warning.js';
import { shortDuration, tableLines } from './table.js';

/** Formats a run's state, tasks, error and warnings as human-readable lines. */
export function runLines(status: Omit<RunSummary, 'subject'> & Partial<Pick<RunStatus, 'warnings'>>): string[] {
  const { requestId, name, kind, of, state, progress, fileId, tasks, error, expiresAt } = status;
  const waits = waitReason(status);
  const percent = state !== 'completed' && progress.percent !== null ? `, ${Math.floor(progress.percent)} %` : '';
  const rows = [
    ['run', `${requestId} (${name})`],
    [kind === 'hosted' ? 'pipeline' : kind, of],
    ['state', `${state}${percent}${waits === undefined ? '' : `, ${waits}`}`],
    ...(fileId === null ? [] : [['file', fileId]]),
    ...(status.rerunOf === null ? [] : [['rerun of', status.rerunOf]]),
    ...(status.durationMs === null ? [] : [['took', shortDuration(status.durationMs)]]),
    ...(expiresAt === null ? [] : [['expires', expiresAt]]),
    ...(status.warningCount === 0 ? [] : [['warnings', String(status.warningCount)]]),
    ...(error === null
      ? []
      : [['error', error.task === undefined ? error.message : `${error.task}: ${error.message}`]]),
  ];
  return [
    ...tableLines(rows),
    ...(tasks.length > 0 ? tableLines(tasks.map(taskRow), '  ') : []),
    ...(status.warnings ?? []).map((warning) => `warning: ${showWarning(warning)}`),
  ];
}

/** Returns why no worker has the run yet, or `undefined` if one has it, or it has only just begun to wait. */
function waitReason({ waitsFor, late }: Pick<RunSummary, 'waitsFor' | 'late'>): string | undefined {
  return waitsFor ?? (late ? 'no worker has picked it up yet' : undefined);
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

/** Maximum number of warnings to print for a file. */
const maxWarnings = 10;

/** Formats the warnings of a file's run. If there are many, the last line says how to see the others. */
export function warningLines(requestId: string, warnings: readonly RunWarning[]): string[] {
  const lines = warnings.slice(0, maxWarnings).map(showWarning);
  return warnings.length > maxWarnings ? [...lines, `There are more warnings: millrace status ${requestId}`] : lines;
}

/** Formats a run's current activity, such as `parser (1 of 2), attempt 2`. */
export function runStage(status: RunStatus): string {
  const { state, tasks } = status;
  const waits = waitReason(status);
  const task = tasks.find((candidate) => candidate.state === 'running' || candidate.state === 'retrying');
  if (state === 'pending' && waits !== undefined) return `pending: ${waits}`;
  if (!task) return state;
  const attempt = task.attempt > 1 ? `, attempt ${task.attempt}` : '';
  return `${task.name} (${task.index + 1} of ${tasks.length})${attempt}`;
}

/** Returns a run's progress as a fraction between 0 and 1. */
export function runFraction({ progress }: RunStatus): number | undefined {
  return progress.percent === null ? undefined : progress.percent / 100;
}
