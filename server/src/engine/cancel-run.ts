import { endRun } from './hosted/end-run.js';
import type { EngineContext } from './engine-context.js';
import { EngineError } from './engine-error.js';
import { lockRun } from './lock-run.js';
import { requestCancel } from './reported/request-cancel.js';

/**
 * Asks a run to stop. The worker that runs a step of it is told at once, and can record nothing any more; a program that reports
 * it is told with its next answer.
 *
 * @throws `EngineError` `not_found`, or `conflict` when the run is over already.
 */
export async function cancelRun(context: EngineContext, accountId: string, runId: string): Promise<void> {
  await context.db.tx(async (tx) => {
    await lockRun(tx, runId);
    const { rows } = await tx.query<{ state: string; kind: string }>(
      `select run.state, run.kind from run left join file on file.id = run.file_id
       where run.id = $1 and run.account_id = $2 and (run.file_id is null or file.expires_at > $3)`,
      [runId, accountId, context.clock.now()],
    );
    const [run] = rows;
    if (!run)
      throw new EngineError('not_found', `there is no run ${runId}: it never existed, was deleted or has expired`);
    const error = { code: 'cancelled', message: 'the run was cancelled' };
    const isTold =
      run.kind === 'hosted'
        ? await endRun(context, tx, { runId, state: 'cancelled', error })
        : await requestCancel(context, tx, runId);
    if (!isTold && run.state !== 'cancelled') {
      throw new EngineError('conflict', `run ${runId} is ${run.state} already, so it cannot be cancelled`);
    }
  });
}
