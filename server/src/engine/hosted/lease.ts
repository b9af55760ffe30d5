import type { ClaimedJob } from '../../queue/queue.js';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';

/** Thrown if another worker has taken over the step or the run has ended. The transaction must be rolled back. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';

  constructor() {
    super('the lease on this step was lost: another worker has taken over the step, or the run has ended');
  }
}

/** Completes jobs in the caller's transaction. @throws `LeaseLostError` if any lease was lost. */
export async function completeJobs(context: EngineContext, tx: Queryable, jobs: readonly ClaimedJob[]): Promise<void> {
  if (!(await context.queue.complete(tx, jobs))) throw new LeaseLostError();
}
