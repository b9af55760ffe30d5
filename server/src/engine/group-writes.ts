import { clientGoneError, runWithoutCaller, getCallerState } from '../store/db/caller.js';
import { DatabaseUnavailableError } from '../store/db/database-unavailable.js';
import type { Queryable } from '../store/db/db.js';
import type { EngineContext } from './engine-context.js';

/** The maximum number of items in one transaction. It limits how long a transaction takes and how much memory it uses. */
const maxItems = 64;

/**
 * A function that records items in a transaction and returns each item's result, or an error for an item that was refused before anything
 * was written for it. If the function throws, the transaction is rolled back.
 */
type GroupWork<Item, Result> = (
  context: EngineContext,
  tx: Queryable,
  items: readonly Item[],
) => Promise<readonly (Result | Error)[]>;

interface GroupOptions<Item> {
  /** Returns whether an item requires a durable commit. The commit is durable if any item of the group requires it. @default always true */
  readonly isDurable?: (item: Item) => boolean;
}

/**
 * Returns a function that records an item in a transaction and resolves once the transaction has committed. Items that are added while a
 * transaction is in progress share the next transaction, and thus its statements and its sync to disk. An item never waits for more items
 * to be added.
 *
 * A failing item does not affect the others: if `work` throws, the group is split into halves, each with its own transaction, until each
 * failing item is alone in a transaction. If the commit fails or the database is unavailable, all items of the transaction are rejected.
 */
export function groupWrites<Item, Result>(
  work: GroupWork<Item, Result>,
  { isDurable = () => true }: GroupOptions<Item> = {},
): (context: EngineContext, item: Item) => Promise<Result> {
  const writerByContext = new WeakMap<EngineContext, GroupWriter<Item, Result>>();
  return (context, item) => {
    const writer = writerByContext.get(context) ?? new GroupWriter({ context, work, isDurable });
    writerByContext.set(context, writer);
    return writer.add(item);
  };
}

interface GroupWriterSettings<Item, Result> {
  readonly context: EngineContext;
  readonly work: GroupWork<Item, Result>;
  readonly isDurable: (item: Item) => boolean;
}

interface PendingItem<Item, Result> {
  readonly item: Item;
  readonly caller: ReturnType<typeof getCallerState>;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

class GroupWriter<Item, Result> {
  readonly #settings: GroupWriterSettings<Item, Result>;
  #waiting: PendingItem<Item, Result>[] = [];
  #isRecording = false;

  constructor(settings: GroupWriterSettings<Item, Result>) {
    this.#settings = settings;
  }

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, caller: getCallerState(), resolve, reject });
      // no single caller's limits apply, because all callers share the transaction
      if (!this.#isRecording) void runWithoutCaller(() => this.#recordAll());
    });
  }

  async #recordAll(): Promise<void> {
    this.#isRecording = true;
    while (this.#waiting.length > 0) {
      let group: readonly PendingItem<Item, Result>[] | undefined;
      // take the items only after the transaction has begun, to include items that are added in the meantime
      await this.#record(() => (group ??= this.#take()));
    }
    this.#isRecording = false;
  }

  async #record(take: () => readonly PendingItem<Item, Result>[]): Promise<void> {
    const { context, work, isDurable } = this.#settings;
    let hasWorkFinished = false as boolean;
    try {
      const results = await context.db.tx(async (tx) => {
        const items = take().map(({ item }) => item);
        hasWorkFinished = false;
        const [, recorded] = await Promise.all([
          items.some(isDurable) || tx.query('set local synchronous_commit = off'),
          items.length === 0 ? [] : work(context, tx, items),
        ]);
        hasWorkFinished = true;
        return recorded;
      });
      for (const [i, { resolve, reject }] of take().entries()) {
        const result = results[i] as Result | Error;
        if (result instanceof Error) reject(result);
        else resolve(result);
      }
    } catch (error) {
      const items = take();
      // do not retry after a failed commit, which may have taken effect, or while the database is unavailable
      if (items.length <= 1 || hasWorkFinished || error instanceof DatabaseUnavailableError) {
        for (const { reject } of items) reject(error);
        return;
      }
      const middle = Math.ceil(items.length / 2);
      for (const half of [items.slice(0, middle), items.slice(middle)]) await this.#record(() => half);
    }
  }

  /**
   * Removes and returns the next items. Takes one item from each account in turn, so that an account with many items does not block
   * the others. Rejects items whose client has disconnected.
   */
  #take(): readonly PendingItem<Item, Result>[] {
    const countByAccount = new Map<string, number>();
    const turns: { pending: PendingItem<Item, Result>; turn: number }[] = [];
    for (const pending of this.#waiting) {
      const { account } = pending.caller;
      if (pending.caller.hasDisconnected()) {
        pending.reject(clientGoneError());
        continue;
      }
      const turn = countByAccount.get(account) ?? 0;
      countByAccount.set(account, turn + 1);
      turns.push({ pending, turn });
    }
    const ordered = turns.sort((a, b) => a.turn - b.turn).map(({ pending }) => pending);
    this.#waiting = ordered.slice(maxItems);
    return ordered.slice(0, maxItems);
  }
}
