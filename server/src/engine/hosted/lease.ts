import type { ClaimedJob } from '../../queue/queue.js';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';

/** Thrown if another worker has taken over the step or the run has ended. The transaction must be rolled back. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';

  constructor() {
    super('the lease on this step was lost: another worker has the step, or its run has ended');
  }
}

/** Completes a job in the transaction that records its outcome. @throws `LeaseLostError` */
export async function completeJob(context: EngineContext, tx: Queryable, job: ClaimedJob): Promise<void> {
  if (!(await context.queue.complete(tx, job))) throw new LeaseLostError();
}
