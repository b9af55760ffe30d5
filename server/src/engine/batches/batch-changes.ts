import type { Db, Queryable } from '../../store/db/db.js';

/** The NOTIFY channel on which changes of batches are announced. Runs that begin or end are not announced here. */
export const batchChannel = 'millrace_batch';

/** A batch that was created, closed, cancelled or ended, or of which an unfinished run was deleted. */
export interface BatchChange {
  readonly batchId: string;
  readonly account: string;
}

/** Announces a change of a batch when the transaction commits. */
export async function announceBatch(tx: Queryable, { batchId, account }: BatchChange): Promise<void> {
  await tx.query('select pg_notify($1, $2)', [batchChannel, `${batchId} ${account}`]);
}

/** Dispatches announced changes of batches to listeners, using a single LISTEN for the whole server. */
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

  watch(listener: (change: BatchChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    await this.#unlisten?.();
    this.#listeners.clear();
  }
}
