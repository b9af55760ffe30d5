import type { RunState, TaskStatus } from 'millrace/shared/runs/run-status.js';

const words: Readonly<Record<TaskStatus['state'], string>> = {
  pending: 'pending',
  skipped: 'pending',
  running: 'running',
  retrying: 'running',
  completed: 'success',
  failed: 'error',
  crashed: 'crashed',
  cancelled: 'cancelled',
};

/** wpipe's word for the state of a run. */
export const processWord = (state: RunState): string => words[state];

/** wpipe's word for the state of a task; one that its client never spoke of, though the run went well, has a word of ours. */
export function taskWord({ state }: Pick<TaskStatus, 'state'>, run: { readonly state: RunState }): string {
  return state === 'skipped' && run.state === 'completed' ? 'not reported' : words[state];
}
