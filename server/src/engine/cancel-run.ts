import { endRun } from './hosted/end-run.js';
import type { EngineContext } from './engine-context.js';
import type { Queryable } from '../store/db/db.js';
import { EngineError, noSuchRun } from './engine-error.js';
import { lockRun } from './lock-run.js';
import { announceRuns } from './notify-run.js';

/**
 * Cancels a run. A hosted run ends immediately. Its worker is notified and can no longer record a result. For a reported run, the
 * next response asks its program to stop, and the run is cancelled once the program reports that it has stopped.
 *
 * @param onlyOfKey The id of the key that must have started the run; any key if undefined.
 * @throws `EngineError` `not_found` if the run does not exist; `forbidden` if another key started it; `conflict` if it has already
 * ended.
 */
export async function cancelRun(
  context: EngineContext,
  accountId: string,
  runId: string,
  onlyOfKey?: string,
): Promise<void> {
  await context.db.tx(async (tx) => {
    await lockRun(tx, runId);
    const { rows } = await tx.query<{ state: string; kind: string; key_id: string | null }>(
      `select run.state, run.kind, run.key_id from run left join file on file.id = run.file_id
       where run.id = $1 and run.account_id = $2 and (run.file_id is null or file.expires_at > $3)`,
      [runId, accountId, context.clock.now()],
    );
    const [run] = rows;
    if (!run) throw noSuchRun(runId);
    if (onlyOfKey !== undefined && run.key_id !== onlyOfKey) {
      throw new EngineError(
        'forbidden',
        `Expected a run that this key has started, or a key with the role operator or above, got run ${runId} of another key`,
      );
    }
    const error = { code: 'cancelled', message: 'the run was cancelled' };
    const wasOpen =
      run.kind === 'hosted'
        ? await endRun(context, tx, { runId, state: 'cancelled', error })
        : await requestCancel(context, tx, runId);
    if (!wasOpen && run.state !== 'cancelled') {
      throw new EngineError('conflict', `run ${runId} is already ${run.state}, so it cannot be cancelled`);
    }
  });
}

/** Records a cancellation request for a reported run. @returns False if the run has already ended. */
async function requestCancel({ clock }: EngineContext, tx: Queryable, runId: string): Promise<boolean> {
  const { rows } = await tx.query<{ id: string; sequence: number; state: 'pending' | 'running' | 'retrying' }>(
    `update run set cancel_requested_at = coalesce(cancel_requested_at, $2), sequence = sequence + 1
     where id = $1 and finished_at is null returning id, sequence, state`,
    [runId, clock.now()],
  );
  await announceRuns(tx, rows);
  return rows.length > 0;
}
