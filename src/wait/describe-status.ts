import type { RunStatus } from '../shared/runs/run-status.js';

const outcomes: Record<string, string> = {
  failed: 'failed',
  cancelled: 'was cancelled',
  crashed: 'crashed: its worker stopped sending heartbeats, and no attempt was left',
};

/** Says which file failed, at which module, why in the server's words, and under which id. */
export function describeFailure(status: RunStatus, label: string): string {
  const { error, tasks, requestId, of, state } = status;
  const failed = tasks.find((task) => task.state === state && task.state !== 'completed');
  const name = error?.task ?? failed?.name;
  const position = tasks.findIndex((task) => task.name === name || task === failed);
  const where = name === undefined ? '' : ` at module ${position + 1} of ${tasks.length}, '${name}'`;
  const words = error?.message ? `: ${error.message.trim()}` : '';
  const end = /[.!?]$/.test(words) ? '' : '.';
  return `Processing ${label} in pipeline '${of}' ${outcomes[state] ?? state}${where}${words}${end} (request ${requestId})`;
}

/** Describes the state of a run, for the error of a wait that timed out. */
export function describeProgress(status: RunStatus | undefined): string {
  if (!status) return 'Its state is not known: the server did not respond.';
  const running = status.tasks.find((task) => task.state === 'running' || task.state === 'retrying');
  const where = running ? `, in module ${running.index + 1} of ${status.tasks.length}, '${running.name}'` : '';
  const late = status.late ? ' No worker has taken it yet.' : '';
  return `It is ${status.state}${where}.${late}`;
}
