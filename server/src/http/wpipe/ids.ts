import { randomUUID } from 'node:crypto';

/**
 * Maps ids of wpipe's protocol to UUIDs: `worker_<uuid>` and `process_<uuid>` contain the UUID of the worker and of the run.
 *
 * A task run has no id of its own; it is a position in a run. The UUID of a run that starts here ends in sixteen zero bits.
 * `task_<uuid>` is the same UUID with the position, counted from 1, in these bits, so it identifies both and no table has to store
 * it. The other 106 bits are random, which makes collisions unlikely.
 */

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const positionDigits = 4;

/** Identifies the reporter of wpipe's clients, which send no id of their own. No other program may resume their runs. */
export const wpipeReporter = '77706970-6500-8000-8000-000000000000';

/** Makes the UUID of a run whose task ids can be derived from it. */
export function newRunId(): string {
  return withPosition(randomUUID(), 0);
}

export const workerIdOf = (id: string): string => `worker_${id}`;
export const processIdOf = (runId: string): string => `process_${runId}`;
export const taskIdOf = (runId: string, index: number): string => `task_${withPosition(runId, index + 1)}`;

/** @returns `undefined` for text that is not such an id. */
export function readId(noun: 'worker' | 'process' | 'task', text: string): string | undefined {
  const id = text.startsWith(`${noun}_`) ? text.slice(noun.length + 1).toLowerCase() : '';
  return uuid.test(id) ? id : undefined;
}

/** @returns `undefined` for text that is not such an id. */
export function readTaskId(text: string): { readonly runId: string; readonly index: number } | undefined {
  const id = readId('task', text);
  if (id === undefined) return undefined;
  const position = Number.parseInt(id.slice(-positionDigits), 16);
  return position === 0 ? undefined : { runId: withPosition(id, 0), index: position - 1 };
}

function withPosition(id: string, position: number): string {
  return id.slice(0, -positionDigits) + position.toString(16).padStart(positionDigits, '0');
}
