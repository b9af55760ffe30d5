import type { EngineContext } from '../engine-context.js';
import { HeartbeatGaps } from '../heartbeat-gaps.js';
import { endRun } from '../hosted/end-run.js';
import { requeueRunsOfLostWorkers } from './release-runs.js';

/** How long a worker's claim on a run lasts without a heartbeat, in milliseconds. */
export const leaseDurationMs = 15_000;

/** The maximum time between two checks, in milliseconds. After a longer gap, the server may have missed heartbeats. */
const maxCheckGapMs = 10_000;

/** The maximum number of expired runs to cancel in one transaction. */
const maxRunsPerTransaction = 200;

/**
 * Requeues or ends the runs of lost workers, and cancels runs that no worker has claimed in time. If this server was down, suspended or
 * disconnected from its database, it may have missed heartbeats, so all leases restart afterwards.
 */
export class LeaseMonitor {
  readonly #context: EngineContext;
  readonly #gaps: HeartbeatGaps;

  constructor(context: EngineContext) {
    this.#context = context;
    this.#gaps = new HeartbeatGaps(context.clock.now(), maxCheckGapMs);
  }

  async check(): Promise<void> {
    const now = this.#context.clock.now();
    const silentSince = new Date(now.getTime() - leaseDurationMs);
    if (this.#gaps.hasListenedSince(silentSince, now)) await requeueRunsOfLostWorkers(this.#context, silentSince);
    await cancelExpiredRuns(this.#context, now);
    this.#gaps.endCheck(now);
  }
}

async function cancelExpiredRuns(context: EngineContext, now: Date): Promise<void> {
  for (let hasMore = true; hasMore;) {
    const endedCount = await context.db.tx(async (tx) => {
      const { rows } = await tx.query<{ id: string }>(
        `select id from run where waits is not null and start_by is not null and start_by <= $1
         order by start_by limit ${maxRunsPerTransaction} for update skip locked`,
        [now],
      );
      const error = { code: 'not_started', message: 'no worker claimed the run before it expired' } as const;
      for (const { id } of rows) await endRun(context, tx, { runId: id, state: 'cancelled', error });
      return rows.length;
    });
    hasMore = endedCount === maxRunsPerTransaction;
  }
}
