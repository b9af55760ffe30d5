import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type { Queryable } from '../../store/db/db.js';
import { batchColumnsSql, countFiles, batchUsageSql, type BatchRow } from '../../store/tables/batches/batch-rows.js';
import type { Logger } from '../../system/logger.js';
import type { EngineContext } from '../engine-context.js';
import { endRun } from '../hosted/end-run.js';
import { queueBatchDeliveries } from '../queue-deliveries.js';
import type { RunChanges } from '../run-changes.js';
import { InterruptibleSleep } from '../wait-until.js';
import { notifyBatchChanged, type BatchChanges } from './batch-changes.js';

/** How often to poll the batches, in milliseconds. Polling is necessary because notifications can be lost. */
const pollIntervalMs = 2000;

/** How long to wait after waking up, in milliseconds, so that runs that end in quick succession are handled together. */
const debounceMs = 200;

/** The maximum number of runs of a batch to cancel before moving on to the next batch. */
const runsPerTurn = 50;

/**
 * Ends closed batches once all of their runs have ended, and cancels the unfinished runs of cancelled batches. All state is in the
 * database, so the work continues after a restart, and several servers can share it.
 */
export class BatchSupervisor {
  readonly #context: EngineContext;
  readonly #logger: Logger;
  readonly #sleep = new InterruptibleSleep();
  readonly #loop: Promise<void>;
  readonly #unwatch: (() => void)[];
  /** Whether the latest poll found closed batches that had not ended. Initially true, because nothing has been polled yet. */
  #hasUnfinishedBatches = true;
  #isClosing = false;

  constructor(context: EngineContext, runs: RunChanges, batches: BatchChanges, logger: Logger) {
    this.#context = context;
    this.#logger = logger;
    this.#unwatch = [
      runs.watchAll((change) => {
        const mayHaveEnded = change === 'reconnected' || change.state === 'gone' || isFinalState(change.state);
        if (mayHaveEnded && this.#hasUnfinishedBatches) this.#sleep.interrupt();
      }),
      batches.watch(() => this.#sleep.interrupt()),
    ];
    this.#loop = this.#run();
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    for (const unwatch of this.#unwatch) unwatch();
    this.#sleep.interrupt();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const isClosing = (): boolean => this.#isClosing;
    while (!isClosing()) {
      const hasMore = await this.#processClosedBatches().catch((error: unknown) => {
        this.#logger.warn('failed to end batches; will retry', { error: String(error) });
        return false;
      });
      if (hasMore || isClosing()) continue;
      await this.#sleep.start(pollIntervalMs);
      if (!isClosing()) await new Promise((resolve) => setTimeout(resolve, debounceMs));
    }
  }

  /**
   * Ends the closed batches whose runs have all ended, and cancels some runs of each cancelled batch.
   *
   * @returns Whether a cancelled batch may have more runs to cancel.
   */
  async #processClosedBatches(): Promise<boolean> {
    const { rows } = await this.#context.db.query<{
      id: string;
      account: string;
      hasOpenRuns: boolean;
      isCancelled: boolean;
    }>(
      `select id, account_id as account, cancelled_at is not null as "isCancelled",
         "hasOpenRuns"
       from batch cross join lateral (
         select exists (select from run where batch_id = batch.id and finished_at is null) as "hasOpenRuns") open
       where closed_at is not null and finished_at is null
       order by "hasOpenRuns" and cancelled_at is null, created_at limit 1000`,
    );
    this.#hasUnfinishedBatches = rows.length > 0;
    let hasMore = false;
    for (const { id, account, hasOpenRuns, isCancelled } of rows) {
      if (this.#isClosing) return false;
      if (!hasOpenRuns) await this.#end(id, account);
      else if (isCancelled) {
        await this.#cancelRuns(id);
        hasMore = true;
      }
    }
    return hasMore;
  }

  async #end(batchId: string, account: string): Promise<void> {
    await this.#context.db.tx(async (tx) => {
      const now = this.#context.clock.now();
      const row = await lockBatchToEnd(tx, batchId, now);
      if (!row) return;
      await tx.query(`update batch set finished_at = $2, counts = $3, usage = ${batchUsageSql('$1')} where id = $1`, [
        batchId,
        now,
        JSON.stringify(countFiles(row)),
      ]);
      await queueBatchDeliveries(this.#context, tx, { batchId, account });
      await notifyBatchChanged(tx, { batchId, account });
    });
  }

  /** Cancels up to {@link runsPerTurn} of a batch's unfinished runs. */
  async #cancelRuns(batchId: string): Promise<void> {
    await this.#context.db.tx(async (tx) => {
      const { rows } = await tx.query<{ id: string }>(
        `select id from run where batch_id = $1 and finished_at is null order by id limit ${runsPerTurn}`,
        [batchId],
      );
      const error = { code: 'cancelled', message: 'the batch was cancelled' } as const;
      for (const { id } of rows) await endRun(this.#context, tx, { runId: id, state: 'cancelled', error });
    });
  }
}

/**
 * Locks a closed batch that can end.
 *
 * @returns The batch, or `undefined` if it has unfinished runs, has already ended, or is locked by another transaction.
 */
async function lockBatchToEnd(tx: Queryable, batchId: string, now: Date): Promise<BatchRow | undefined> {
  const { rows: locked } = await tx.query(
    'select from batch where id = $1 and closed_at is not null and finished_at is null for update skip locked',
    [batchId],
  );
  if (locked.length === 0) return undefined;
  // only a second statement sees the runs that were created just before the batch was locked
  const { rows } = await tx.query<BatchRow>(
    `select ${batchColumnsSql('$2::timestamptz')} from batch
     where id = $1 and not exists (select from run where batch_id = batch.id and finished_at is null)`,
    [batchId, now],
  );
  return rows[0];
}
