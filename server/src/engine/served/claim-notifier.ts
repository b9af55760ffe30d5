import type { Db, Queryable } from '../../store/db/db.js';

/** The NOTIFY channel for waiting runs and lost worker processes. */
const channel = 'millrace_waiting';

/** Wakes the open claim requests for these names when the transaction commits. */
export async function notifyRunsWaiting(tx: Queryable, accountId: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await tx.query(`select pg_notify('${channel}', $1 || ' ' || name) from unnest($2::text[]) as waiting (name)`, [
    accountId,
    names,
  ]);
}

/**
 * Ends the open claim requests of lost worker processes when the transaction commits. Must be called before {@link notifyRunsWaiting}, so
 * that these requests do not claim the requeued runs.
 */
export async function notifyProcessesLost(
  tx: Queryable,
  accountId: string,
  reporters: readonly string[],
): Promise<void> {
  await tx.query(`select pg_notify('${channel}', $1 || reporter) from unnest($2::text[]) as lost (reporter)`, [
    toLostKey(accountId, ''),
    reporters,
  ]);
}

const toLostKey = (accountId: string, reporter: string): string => `lost ${accountId} ${reporter}`;

/** Notifies claim requests about waiting runs and lost worker processes. All claim requests to a server share one LISTEN. */
export class ClaimNotifier {
  readonly #listenersByKey = new Map<string, Set<() => void>>();
  #unlisten: (() => Promise<void>) | undefined;

  static async open(db: Db): Promise<ClaimNotifier> {
    const notifier = new ClaimNotifier();
    notifier.#unlisten = await db.listen(
      channel,
      (key) => notifier.#notify(key),
      // notifications may have been missed: wake all requests, but do not treat their processes as lost
      () =>
        [...notifier.#listenersByKey.keys()]
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
    for (const key of keys) this.#listenersByKey.set(key, (this.#listenersByKey.get(key) ?? new Set()).add(listener));
    return () => {
      for (const key of keys) {
        const listeners = this.#listenersByKey.get(key);
        listeners?.delete(listener);
        if (listeners?.size === 0) this.#listenersByKey.delete(key);
      }
    };
  }

  async close(): Promise<void> {
    await this.#unlisten?.();
    this.#listenersByKey.clear();
  }

  #notify(key: string): void {
    for (const listener of [...(this.#listenersByKey.get(key) ?? [])]) listener();
  }
}
