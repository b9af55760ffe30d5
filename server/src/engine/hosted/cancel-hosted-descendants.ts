import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
import { endRun } from './end-run.js';

/** Cancels the unfinished hosted descendants of the given runs. */
export async function cancelHostedDescendants(
  context: EngineContext,
  tx: Queryable,
  runIds: readonly string[],
): Promise<void> {
  if (runIds.length === 0) return;
  const { rows } = await tx.query<{ id: string }>(
    `with recursive descendant as (
       select id, kind, finished_at from run where parent_id = any($1)
       union select run.id, run.kind, run.finished_at from run join descendant on run.parent_id = descendant.id
     ) select id from descendant where kind = 'hosted' and finished_at is null order by id`,
    [runIds],
  );
  const error = { code: 'cancelled', message: 'the run that it belongs to was cancelled' } as const;
  for (const { id } of rows) await endRun(context, tx, { runId: id, state: 'cancelled', error });
}
