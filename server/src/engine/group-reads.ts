import { runWithoutCaller } from '../store/db/caller.js';
import type { Access } from '../store/tables/access.js';
import type { EngineContext } from './engine-context.js';

/** The maximum number of calls that share a statement. It limits how long a statement takes. */
const maxGroupSize = 100;

type ReadMany<Row> = (
  context: EngineContext,
  access: Access,
  ids: readonly string[],
) => Promise<ReadonlyMap<string, Row>>;

interface PendingRead<Row> {
  readonly access: Access;
  readonly id: string;
  readonly resolve: (row: Row | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Returns a function that reads a row by its id. Calls made in the same turn of the event loop, or while a read is in progress, share
 * a statement if their `access` has the same account and names. A statement serves at most {@link maxGroupSize} calls.
 */
export function groupReads<Row>(
  readMany: ReadMany<Row>,
): (context: EngineContext, access: Access, id: string) => Promise<Row | undefined> {
  const queueByContext = new WeakMap<EngineContext, PendingRead<Row>[]>();
  const readAll = async (context: EngineContext, queue: PendingRead<Row>[]): Promise<void> => {
    while (queue.length > 0) {
      const [{ access }] = queue as [PendingRead<Row>];
      const key = toVisibilityKey(access);
      const group = queue.filter((read) => toVisibilityKey(read.access) === key).slice(0, maxGroupSize);
      const others = queue.filter((read) => !group.includes(read));
      queue.splice(0, queue.length, ...others);
      const ids = [...new Set(group.map(({ id }) => id))];
      try {
        const rows = await readMany(context, access, ids);
        for (const { id, resolve } of group) resolve(rows.get(id));
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    queueByContext.delete(context);
  };
  return (context, access, id) =>
    new Promise((resolve, reject) => {
      const read = { access, id, resolve, reject };
      const queue = queueByContext.get(context);
      if (queue) queue.push(read);
      else {
        const newQueue = [read];
        queueByContext.set(context, newQueue);
        // start at the end of this turn of the event loop, so that later calls in this turn share the statement
        setImmediate(() => runWithoutCaller(() => void readAll(context, newQueue)));
      }
    });
}

/** Returns a key that is the same for all requests that can see the same rows. */
function toVisibilityKey({ account, names }: Access): string {
  return JSON.stringify([account, names]);
}
