import type { Db, Queryable } from '../../store/db/db.js';

/** The NOTIFY channel for changes to batches. Changes to runs have a separate channel. */
export const batchChannel = 'millrace_batch';

/**
 * A change to a batch: it was created, closed or cancelled, it ended, one of its unfinished runs was deleted, or one of its ended runs was
 * resumed.
 */
export interface BatchChange {
  readonly batchId: string;
  readonly account: string;
}

/** Notifies the listeners that a batch has changed. The notification is sent when the transaction commits. */
export async function notifyBatchChanged(tx: Queryable, { batchId, account }: BatchChange): Promise<void> {
  await tx.query('select pg_notify($1, $2)', [batchChannel, `${batchId} ${account}`]);
}

/**
 * An SQL expression that notifies the listeners that a run's batch has changed, when the transaction commits. Requires the run's columns
 * `batch_id`, which must not be null, and `account_id`.
 */
export const notifyBatchChangedSql = `pg_notify('${batchChannel}', batch_id || ' ' || account_id)`;

/** Passes batch changes to listeners. All listeners of a server share one LISTEN. */
export class BatchChanges {
  readonly #listeners = new Set<(change: BatchChange) => void>();
  #unlisten: (() => Promise<void>) | undefined;

  static async open(db: Db): Promise<BatchChanges> {
    const changes = new BatchChanges();
    changes.#unlisten = await db.listen(batchChannel, (payload) => {
      const [batchId = '', account = ''] = payload.split(' ');
      for (const listener of [...changes.#listeners]) listener({ batchId, account });
    });
    return changes;
  }

  /**
   * Calls the listener after every change to any batch, except changes made while the connection to the database is lost.
   *
   * @returns A function that removes the listener.
   */
  watch(listener: (change: BatchChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    await this.#unlisten?.();
    this.#listeners.clear();
  }
}
