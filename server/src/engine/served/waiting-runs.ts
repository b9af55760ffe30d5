import type { Db, Queryable } from '../../store/db/db.js';

/** The NOTIFY channel on which runs that wait for a worker are announced. */
const channel = 'millrace_waiting';

/** Announces, when the transaction commits, that runs with these names wait for a worker. */
export async function announceWaiting(tx: Queryable, accountId: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await tx.query(`select pg_notify('${channel}', $1 || ' ' || name) from unnest($2::text[]) as waiting (name)`, [
    accountId,
    names,
  ]);
}

/** Wakes requests that wait for runs, using a single LISTEN for the whole server. */
export class WaitingRuns {
  readonly #waiters = new Map<string, Set<() => void>>();
  #unlisten: (() => Promise<void>) | undefined;

  static async open(db: Db): Promise<WaitingRuns> {
    const waiting = new WaitingRuns();
    waiting.#unlisten = await db.listen(
      channel,
      (key) => waiting.#wake(key),
      () => [...waiting.#waiters.keys()].forEach((key) => waiting.#wake(key)),
    );
    return waiting;
  }

  /** Calls `wake` when a run with one of the names may wait. @returns A function that stops it. */
  watch(accountId: string, names: readonly string[], wake: () => void): () => void {
    const keys = names.map((name) => `${accountId} ${name}`);
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
