import { randomUUID } from 'node:crypto';

/**
 * Maps the ids in the wpipe protocol to UUIDs: `worker_<uuid>` contains the worker's UUID, and `process_<uuid>` the run's UUID.
 *
 * A task run does not have its own id; it is identified by its position in a run. The UUIDs of wpipe runs end in sixteen zero
 * bits. `task_<uuid>` is the run's UUID with the one-based position in these bits, so it identifies both the run and the task and
 * does not have to be stored. The other 106 bits are random, so collisions are unlikely.
 */

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const positionDigits = 4;

/** Creates a run's UUID, from which its task ids can be derived. */
export function newRunId(): string {
  return withPosition(randomUUID(), 0);
}

export const workerIdOf = (id: string): string => `worker_${id}`;
export const processIdOf = (runId: string): string => `process_${runId}`;
export const taskIdOf = (runId: string, index: number): string => `task_${withPosition(runId, index + 1)}`;

/** Parses an id. @returns `undefined` if the text is malformed or an id of another kind. */
export function readId(noun: 'worker' | 'process' | 'task', text: string): string | undefined {
  const id = text.startsWith(`${noun}_`) ? text.slice(noun.length + 1).toLowerCase() : '';
  return uuid.test(id) ? id : undefined;
}

/** Parses an id. @returns `undefined` if the text is malformed or an id of another kind. */
export function readTaskId(text: string): { readonly runId: string; readonly index: number } | undefined {
  const id = readId('task', text);
  if (id === undefined) return undefined;
  const position = Number.parseInt(id.slice(-positionDigits), 16);
  return position === 0 ? undefined : { runId: withPosition(id, 0), index: position - 1 };
}

function withPosition(id: string, position: number): string {
  return id.slice(0, -positionDigits) + position.toString(16).padStart(positionDigits, '0');
}
