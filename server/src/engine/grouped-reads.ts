import { runWithoutCaller } from '../store/db/caller.js';
import type { Access } from '../store/tables/access.js';
import type { EngineContext } from './engine-context.js';

/** Maximum number of rows per statement, to limit its duration. */
const maxIds = 100;

type ReadMany<Row> = (
  context: EngineContext,
  access: Access,
  ids: readonly string[],
) => Promise<ReadonlyMap<string, Row>>;

interface Reader<Row> {
  readonly access: Access;
  readonly id: string;
  readonly resolve: (row: Row | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Returns a function that reads a row by its id. Rows that are requested during a read are read together afterwards, so that many
 * waiting requests do not each need a statement.
 */
export function groupedReads<Row>(
  readMany: ReadMany<Row>,
): (context: EngineContext, access: Access, id: string) => Promise<Row | undefined> {
  const queues = new WeakMap<EngineContext, Reader<Row>[]>();
  const readAll = async (context: EngineContext, queue: Reader<Row>[]): Promise<void> => {
    while (queue.length > 0) {
      const [{ access }] = queue as [Reader<Row>];
      const key = visibleTo(access);
      const taken = queue.filter((reader) => visibleTo(reader.access) === key).slice(0, maxIds);
      const others = queue.filter((reader) => !taken.includes(reader));
      queue.splice(0, queue.length, ...others);
      const ids = [...new Set(taken.map(({ id }) => id))];
      try {
        const rows = await readMany(context, access, ids);
        for (const { id, resolve } of taken) resolve(rows.get(id));
      } catch (error) {
        for (const { reject } of taken) reject(error);
      }
    }
    queues.delete(context);
  };
  return (context, access, id) =>
    new Promise((resolve, reject) => {
      const reader = { access, id, resolve, reject };
      const queue = queues.get(context);
      if (queue) queue.push(reader);
      else {
        const started = [reader];
        queues.set(context, started);
        // wait for requests that are woken in the same turn of the event loop, and read for all of them, not only for this request
        setImmediate(() => runWithoutCaller(() => void readAll(context, started)));
      }
    });
}

/** Returns a key that is the same for all requests that may see the same rows. */
function visibleTo({ account, names }: Access): string {
  return JSON.stringify([account, names]);
}
