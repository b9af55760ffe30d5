import type { RunStatus, TaskStatus } from '../../index.js';
import { printable } from './printable.js';
import { tableLines } from './table.js';

/** A run as lines for people: what it is, how far its tasks are, and what went wrong. */
export function runLines(status: RunStatus): string[] {
  const { requestId, name, kind, of, state, late, progress, fileId, tasks, error, expiresAt } = status;
  const percent = state !== 'completed' && progress.percent !== null ? `, ${Math.floor(progress.percent)} %` : '';
  const rows = [
    ['run', `${requestId} (${name})`],
    [kind === 'hosted' ? 'pipeline' : kind, of],
    ['state', `${state}${percent}${late ? ', no worker has taken it yet' : ''}`],
    ...(fileId === null ? [] : [['file', fileId]]),
    ...(status.durationMs === null ? [] : [['took', seconds(status.durationMs)]]),
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
    durationMs === null ? '' : seconds(durationMs),
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

export function isOver({ state }: RunStatus): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled' || state === 'crashed';
}

/** Printed when a run did not end well. */
export function failureLine({ requestId, state, error }: RunStatus): string {
  return printable(
    `The run ${requestId} ${state === 'failed' ? 'failed' : `is ${state}`}${error ? `: ${error.message}` : ''}`,
  );
}
