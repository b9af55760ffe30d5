import type { RunStatus } from '../shared/runs/run-status.js';

/** Returns the error message for a run that did not complete. Includes the module and the error if they are known. */
export function describeFailure(status: RunStatus, label: string): string {
  const { error, tasks, requestId, of, state } = status;
  const task =
    tasks.find((candidate) => candidate.state === state && state !== 'completed') ??
    tasks.find(({ name }) => name === error?.task);
  const location = task ? ` at module ${tasks.indexOf(task) + 1} of ${tasks.length}, '${task.name}'` : '';
  const reason = error?.message ? `: ${error.message.trim()}` : '';
  const outcome = state === 'cancelled' ? 'was cancelled' : state;
  const end = /[.!?]$/.test(reason) ? '' : '.';
  return `Processing ${label} in pipeline '${of}' ${outcome}${location}${reason}${end} (request ${requestId})`;
}

/** Describes a run's state for the error message of a timeout. */
export function describeProgress(status: RunStatus | undefined): string {
  if (!status) return 'Its state is unknown because the server did not respond.';
  const running = status.tasks.find((task) => task.state === 'running' || task.state === 'retrying');
  const location = running ? `, in module ${running.index + 1} of ${status.tasks.length}, '${running.name}'` : '';
  const waitReason = status.waitsFor === null ? '' : `: ${status.waitsFor}`;
  const lateNote = status.late && status.waitsFor === null ? ' It is still waiting for a worker.' : '';
  return `It is ${status.state}${location}${waitReason}.${lateNote}`;
}
