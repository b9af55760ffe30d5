import type { KnownRunError } from 'millrace/shared/runs/run-status.js';
import { notifyRunChangedSql } from '../notify-run.js';
import type { EngineContext } from '../engine-context.js';
import { HeartbeatGaps } from '../heartbeat-gaps.js';
import { queueRunDeliveries } from '../queue-deliveries.js';

/** The maximum number of runs to mark as crashed in one transaction. */
const maxRunsPerTransaction = 200;

/** The error code of a run whose heartbeat timed out. */
export const heartbeatTimeoutCode = 'worker_lost';

/** The maximum time between two checks, in milliseconds. After a longer gap, the server may have missed heartbeats. */
const maxCheckGapMs = 30_000;

/**
 * Marks reported runs as crashed if their heartbeat timed out. Runs that workers claim have leases instead. If this server was down,
 * suspended or disconnected from its database, it may have missed heartbeats, so the timeout restarts for all runs.
 */
export class HeartbeatMonitor {
  readonly #context: EngineContext;
  readonly #gaps: HeartbeatGaps;

  constructor(context: EngineContext) {
    this.#context = context;
    this.#gaps = new HeartbeatGaps(context.clock.now(), maxCheckGapMs);
  }

  /**
   * Marks timed-out runs and their running or retrying tasks as crashed, and their pending tasks as skipped.
   *
   * @returns The number of crashed runs.
   */
  async markTimedOutRunsCrashed(): Promise<number> {
    const { db, clock, reporting } = this.#context;
    const now = clock.now();
    const silentSince = new Date(now.getTime() - reporting.crashAfterMs);
    const error: KnownRunError = {
      code: heartbeatTimeoutCode,
      message: 'the program stopped sending heartbeats and may have been killed',
    };
    let crashedCount = 0;
    for (let hasMore = this.#gaps.hasListenedSince(silentSince, now); hasMore;) {
      const ids = await db.tx(async (tx) => {
        const { rows } = await tx.query<{ id: string }>(
          `with silent as (
           select id from run where kind <> 'hosted' and not served and finished_at is null and seen_at <= $1
           order by id limit ${maxRunsPerTransaction} for update skip locked
         ), ended as (
           update run set state = 'crashed', sequence = sequence + 1, finished_at = $2, error = $3
           from silent where run.id = silent.id returning run.id, run.sequence
         ), tasks as (
           update task_run set finished_at = $2, error = case when state = 'pending' then null else $3::jsonb end,
             state = case when state = 'pending' then 'skipped' else 'crashed' end
           from ended where run_id = ended.id and state in ('pending', 'running', 'retrying')
         )
         select id, ${notifyRunChangedSql('id', 'sequence', 'crashed')} from ended`,
          [silentSince, now, JSON.stringify(error)],
        );
        await queueRunDeliveries(
          this.#context,
          tx,
          rows.map(({ id }) => id),
        );
        return rows.map(({ id }) => id);
      });
      crashedCount += ids.length;
      hasMore = ids.length === maxRunsPerTransaction;
    }
    this.#gaps.endCheck(now);
    return crashedCount;
  }
}
