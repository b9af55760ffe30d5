import type { RunStatus } from '../../index.js';

/** What a run does now, in few words: `parser (1 of 2), 40 %`. */
export function runStage(status: RunStatus): string {
  const { state, tasks, late } = status;
  const task = tasks.find((candidate) => candidate.state === 'running' || candidate.state === 'retrying');
  if (state === 'pending' && late) return 'pending: no worker has taken it yet';
  if (!task) return state;
  const attempt = task.attempt > 1 ? `, attempt ${task.attempt}` : '';
  return `${task.name} (${task.index + 1} of ${tasks.length})${attempt}`;
}

/** How much of a run is done, 0 to 1. */
export function runFraction({ progress }: RunStatus): number | undefined {
  return progress.percent === null ? undefined : progress.percent / 100;
}
