import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
import { announceRuns } from '../notify-run.js';

/**
 * Notes that a reported run shall stop. Only its program can stop it: it is told with the answer to its next report or sign of
 * life, and the run is cancelled when it says so.
 *
 * @returns False when the run is over.
 */
export async function requestCancel({ clock }: EngineContext, tx: Queryable, runId: string): Promise<boolean> {
  const { rows } = await tx.query<{ id: string; sequence: number; state: 'pending' | 'running' | 'retrying' }>(
    `update run set cancel_requested_at = coalesce(cancel_requested_at, $2), sequence = sequence + 1
     where id = $1 and finished_at is null returning id, sequence, state`,
    [runId, clock.now()],
  );
  await announceRuns(tx, rows);
  return rows.length > 0;
}
