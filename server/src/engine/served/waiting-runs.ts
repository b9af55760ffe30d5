import type { Db, Queryable } from '../../store/db/db.js';

/** The NOTIFY channel for waiting runs and lost worker processes. */
const channel = 'millrace_waiting';

/** When the transaction commits, wakes the claim requests for these names. */
export async function announceWaiting(tx: Queryable, accountId: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await tx.query(`select pg_notify('${channel}', $1 || ' ' || name) from unnest($2::text[]) as waiting (name)`, [
    accountId,
    names,
  ]);
}

/**
 * When the transaction commits, ends the open claim requests of lost worker processes. Must be called before {@link announceWaiting}, so
 * that such a request does not claim the runs again.
 */
export async function announceLost(tx: Queryable, accountId: string, reporters: readonly string[]): Promise<void> {
  await tx.query(`select pg_notify('${channel}', $1 || reporter) from unnest($2::text[]) as lost (reporter)`, [
    toLostKey(accountId, ''),
    reporters,
  ]);
}

const toLostKey = (accountId: string, reporter: string): string => `lost ${accountId} ${reporter}`;

/** Wakes requests that wait for runs. All requests of a server share one LISTEN. */
export class WaitingRuns {
  readonly #waiters = new Map<string, Set<() => void>>();
  #unlisten: (() => Promise<void>) | undefined;

  static async open(db: Db): Promise<WaitingRuns> {
    const waiting = new WaitingRuns();
    waiting.#unlisten = await db.listen(
      channel,
      (key) => waiting.#wake(key),
      () => [...waiting.#waiters.keys()].filter((key) => !key.startsWith('lost ')).forEach((key) => waiting.#wake(key)),
    );
    return waiting;
  }

  /** Calls `wake` when a run with one of the names may be waiting. @returns A function that ends the subscription. */
  watch(accountId: string, names: readonly string[], wake: () => void): () => void {
    return this.#watchKeys(
      names.map((name) => `${accountId} ${name}`),
      wake,
    );
  }

  /** Calls `onLoss` when a worker's process is lost. @returns A function that ends the subscription. */
  watchLoss(accountId: string, reporter: string, onLoss: () => void): () => void {
    return this.#watchKeys([toLostKey(accountId, reporter)], onLoss);
  }

  #watchKeys(keys: readonly string[], wake: () => void): () => void {
    for (const key of keys) this.#waiters.set(key, (this.#waiters.get(key) ?? new Set()).add(wake));
    return () => {
      for (const key of keys) {
        const waiters = this.#waiters.get(key);
        waiters?.delete(wake);
        if (waiters?.size === 0) this.#waiters.delete(key);
      }
    };
  }

  async close(): Promise<void> {
    await this.#unlisten?.();
    this.#waiters.clear();
  }

  #wake(key: string): void {
    for (const wake of [...(this.#waiters.get(key) ?? [])]) wake();
  }
}
