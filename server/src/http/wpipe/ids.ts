import { randomUUID } from 'node:crypto';

/**
 * The ids of wpipe's protocol and ours: `worker_<uuid>` and `process_<uuid>` carry the UUID of the worker and of the run.
 *
 * A task run has no id of its own; it is a position in a run. The UUID of a run that begins here ends in sixteen zero bits, and
 * `task_<uuid>` is the same UUID with the position, counted from 1, in their place: read backwards it gives both, and no table
 * has to keep it. 106 random bits are left, so that two runs do not meet.
 */

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const positionDigits = 4;

/** The UUID of a run whose tasks can be told by their ids. */
export function newRunId(): string {
  return withPosition(randomUUID(), 0);
}

export const workerIdOf = (id: string): string => `worker_${id}`;
export const processIdOf = (runId: string): string => `process_${runId}`;
export const taskIdOf = (runId: string, index: number): string => `task_${withPosition(runId, index + 1)}`;

/** @returns Nothing for what is no such id. */
export function readId(noun: 'worker' | 'process' | 'task', text: string): string | undefined {
  const id = text.startsWith(`${noun}_`) ? text.slice(noun.length + 1).toLowerCase() : '';
  return uuid.test(id) ? id : undefined;
}

/** @returns Nothing for what is no such id. */
export function readTaskId(text: string): { readonly runId: string; readonly index: number } | undefined {
  const id = readId('task', text);
  if (id === undefined) return undefined;
  const position = Number.parseInt(id.slice(-positionDigits), 16);
  return position === 0 ? undefined : { runId: withPosition(id, 0), index: position - 1 };
}

function withPosition(id: string, position: number): string {
  return id.slice(0, -positionDigits) + position.toString(16).padStart(positionDigits, '0');
}
