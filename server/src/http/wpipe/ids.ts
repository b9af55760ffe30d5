import { randomUUID } from 'node:crypto';

/**
 * Maps the ids of the wpipe protocol to UUIDs: `worker_<uuid>` contains a worker's UUID, and `process_<uuid>` a run's UUID.
 *
 * A task has no stored id. It is identified by its run and its position in that run. The UUIDs of wpipe runs end in 16 zero bits, and
 * `task_<uuid>` is the run's UUID with the 1-based position in these bits. The remaining 106 random bits make collisions unlikely.
 */

const uuidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** The number of hex digits of a position. */
const positionLength = 4;

/** Creates the UUID of a run. {@link toTaskId} derives the ids of the run's tasks from this UUID. */
export function createRunId(): string {
  return withPosition(randomUUID(), 0);
}

export const toWorkerId = (id: string): string => `worker_${id}`;
export const toProcessId = (runId: string): string => `process_${runId}`;
export const toTaskId = (runId: string, index: number): string => `task_${withPosition(runId, index + 1)}`;

/** Returns the UUID in an id, or `undefined` if the text is malformed or is an id of another kind. */
export function parseId(kind: 'worker' | 'process' | 'task', text: string): string | undefined {
  const id = text.startsWith(`${kind}_`) ? text.slice(kind.length + 1).toLowerCase() : '';
  return uuidPattern.test(id) ? id : undefined;
}

/** Returns the run's UUID and the 0-based index in a task's id, or `undefined` if the text is not a task's id. */
export function parseTaskId(text: string): { readonly runId: string; readonly index: number } | undefined {
  const id = parseId('task', text);
  if (id === undefined) return undefined;
  const position = Number.parseInt(id.slice(-positionLength), 16);
  return position === 0 ? undefined : { runId: withPosition(id, 0), index: position - 1 };
}

function withPosition(id: string, position: number): string {
  return id.slice(0, -positionLength) + position.toString(16).padStart(positionLength, '0');
}
