import type { Db, Queryable } from '../../store/db/db.js';

/** The NOTIFY channel for waiting runs and lost worker processes. */
const channel = 'millrace_waiting';

/** Wakes the open claim requests for these names when the transaction commits. */
export async function announceWaiting(tx: Queryable, accountId: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await tx.query(`select pg_notify('${channel}', $1 || ' ' || name) from unnest($2::text[]) as waiting (name)`, [
    accountId,
    names,
  ]);
}

/**
 * Ends the open claim requests of lost worker processes when the transaction commits. Must be called before {@link announceWaiting}, so
 * that these requests do not claim the runs again.
 */
export async function announceLost(tx: Queryable, accountId: string, reporters: readonly string[]): Promise<void> {
  await tx.query(`select pg_notify('${channel}', $1 || reporter) from unnest($2::text[]) as lost (reporter)`, [
    toLostKey(accountId, ''),
    reporters,
  ]);
}

const toLostKey = (accountId: string, reporter: string): string => `lost ${accountId} ${reporter}`;

/** Notifies claim requests about waiting runs and lost worker processes. All claim requests to a server share one LISTEN. */
export class ClaimNotifier {
  readonly #listeners = new Map<string, Set<() => void>>();
  #unlisten: (() => Promise<void>) | undefined;

  static async open(db: Db): Promise<ClaimNotifier> {
    const notifier = new ClaimNotifier();
    notifier.#unlisten = await db.listen(
      channel,
      (key) => notifier.#notify(key),
      // notifications may have been missed: wake all requests, but do not treat their processes as lost
      () =>
        [...notifier.#listeners.keys()]
          .filter((key) => !key.startsWith('lost '))
          .forEach((key) => notifier.#notify(key)),
    );
    return notifier;
  }

  /** Calls `wake` when a run with one of the names may be waiting. @returns A function that ends the subscription. */
  watch(accountId: string, names: readonly string[], wake: () => void): () => void {
    return this.#watchKeys(
      names.map((name) => `${accountId} ${name}`),
      wake,
    );
  }

  /** Calls `onLoss` when the worker process with this reporter id is lost. @returns A function that ends the subscription. */
  watchLoss(accountId: string, reporter: string, onLoss: () => void): () => void {
    return this.#watchKeys([toLostKey(accountId, reporter)], onLoss);
  }

  #watchKeys(keys: readonly string[], listener: () => void): () => void {
    for (const key of keys) this.#listeners.set(key, (this.#listeners.get(key) ?? new Set()).add(listener));
    return () => {
      for (const key of keys) {
        const listeners = this.#listeners.get(key);
        listeners?.delete(listener);
        if (listeners?.size === 0) this.#listeners.delete(key);
      }
    };
  }

  async close(): Promise<void> {
    await this.#unlisten?.();
    this.#listeners.clear();
  }

  #notify(key: string): void {
    for (const listener of [...(this.#listeners.get(key) ?? [])]) listener();
  }
}
