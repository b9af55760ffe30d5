import type { ClaimedJob } from '../../queue/queue.js';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';

/** Thrown when another worker has the step, or its run has ended. The transaction must be rolled back. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';

  constructor() {
    super('the lease of this step is lost: another worker has it, or its run is over');
  }
}

/** Completes the job in the transaction that records its outcome. @throws `LeaseLostError` */
export async function completeJob(context: EngineContext, tx: Queryable, job: ClaimedJob): Promise<void> {
  if (!(await context.queue.complete(tx, job))) throw new LeaseLostError();
}
