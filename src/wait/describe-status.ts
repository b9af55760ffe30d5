import type { RunStatus } from '../shared/runs/run-status.js';

const outcomes: Record<string, string> = {
  failed: 'failed',
  cancelled: 'was cancelled',
  crashed: 'crashed: its worker stopped sending heartbeats, and no attempts were left',
};

/** Returns the error message for a run that did not complete. The message names the file, the module, the error and the run's id. */
export function describeFailure(status: RunStatus, label: string): string {
  const { error, tasks, requestId, of, state } = status;
  const failedTask = tasks.find((task) => task.state === state && task.state !== 'completed');
  const name = error?.task ?? failedTask?.name;
  const index = tasks.findIndex((task) => task.name === name || task === failedTask);
  const location = name === undefined ? '' : ` at module ${index + 1} of ${tasks.length}, '${name}'`;
  const reason = error?.message ? `: ${error.message.trim()}` : '';
  const end = /[.!?]$/.test(reason) ? '' : '.';
  return `Processing ${label} in pipeline '${of}' ${outcomes[state] ?? state}${location}${reason}${end} (request ${requestId})`;
}

/** Describes a run's state for the error message of a timeout. */
export function describeProgress(status: RunStatus | undefined): string {
  if (!status) return 'Its state is unknown because the server did not respond.';
  const running = status.tasks.find((task) => task.state === 'running' || task.state === 'retrying');
  const location = running ? `, in module ${running.index + 1} of ${status.tasks.length}, '${running.name}'` : '';
  const reason = status.waitsFor === null ? '' : `: ${status.waitsFor}`;
  const lateNote = status.late && status.waitsFor === null ? ' No worker has picked it up yet.' : '';
  return `It is ${status.state}${location}${reason}.${lateNote}`;
}
