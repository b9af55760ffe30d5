import { cancelHostedDescendants } from './hosted/cancel-hosted-descendants.js';
import { endRun } from './hosted/end-run.js';
import type { EngineContext } from './engine-context.js';
import type { Queryable } from '../store/db/db.js';
import type { Access } from '../store/tables/access.js';
import { recordRunAuditEntry } from '../store/tables/audit.js';
import { EngineError } from './engine-error.js';
import { lockRunForChange } from './lock-run.js';
import { notifyRunsChanged } from './notify-run.js';

/**
 * Cancels a run. A hosted run ends immediately: its worker is notified and can no longer record a result. A run that is waiting for its
 * scheduled time or for a worker also ends immediately. For any other run, the next response to its program asks the program to stop, and
 * the run ends after the program reports that it has stopped. In these last two cases, the run's unfinished hosted descendants are
 * cancelled when the run ends.
 *
 * Does nothing if the run is already cancelled.
 *
 * @throws `EngineError` `not_found` if the run is not visible; `forbidden` if another key started it and the request may change only its
 * own key's runs; `conflict` if the run has already ended in another state.
 */
export async function cancelRun(context: EngineContext, access: Access, runId: string): Promise<void> {
  await context.db.tx((tx) => cancelRunInTransaction(context, tx, access, runId));
}

/** Like {@link cancelRun}, but in the caller's transaction. */
export async function cancelRunInTransaction(
  context: EngineContext,
  tx: Queryable,
  access: Access,
  runId: string,
): Promise<void> {
  const run = await lockRunForChange(tx, access, runId, context.clock.now());
  const error = { code: 'cancelled', message: 'the run was cancelled' } as const;
  const now = context.clock.now();
  const wasUnfinished =
    run.kind === 'hosted' || run.waits !== null
      ? await endRun(context, tx, { runId, state: 'cancelled', error })
      : await requestCancel(context, tx, runId);
  if (wasUnfinished && run.waits !== null) await cancelHostedDescendants(context, tx, [runId]);
  if (wasUnfinished) await recordRunAuditEntry(tx, access.account, 'run.cancel', runId, now);
  if (!wasUnfinished && run.state !== 'cancelled') {
    throw new EngineError('conflict', `run ${runId} is already ${run.state}, so it cannot be cancelled`);
  }
}

/** Records a cancellation request for a reported run. @returns Whether the run was still unfinished. */
async function requestCancel({ clock }: EngineContext, tx: Queryable, runId: string): Promise<boolean> {
  const { rows } = await tx.query<{ id: string; sequence: number; state: 'pending' | 'running' | 'retrying' }>(
    `update run set cancel_requested_at = coalesce(cancel_requested_at, $2), sequence = sequence + 1
     where id = $1 and finished_at is null returning id, sequence, state`,
    [runId, clock.now()],
  );
  await notifyRunsChanged(tx, rows);
  return rows.length > 0;
}
