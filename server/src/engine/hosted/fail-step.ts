import type { KnownRunError } from 'millrace/shared/runs/run-status.js';
import type { Usage } from 'millrace/shared/runs/usage.js';
import type { ClaimedJob } from '../../queue/queue.js';
import type { ModuleWarnings } from '../../runner/task-warnings.js';
import { endRun } from './end-run.js';
import type { EngineContext } from '../engine-context.js';
import { groupWrites } from '../group-writes.js';
import { lockRuns } from '../lock-run.js';
import { completeJobs, LeaseLostError } from './lease.js';

interface FailedStep {
  readonly job: ClaimedJob;
  readonly error: KnownRunError;
  readonly report: FailureReport;
}

interface FailureReport {
  readonly warnings?: ModuleWarnings | undefined;
  readonly usage?: Usage | undefined;
}

const recordFailure = groupWrites<FailedStep, undefined>(async (context, tx, failed) => {
  const jobs = failed.map(({ job }) => job);
  const runIds = jobs.map(({ data }) => data.runId);
  await Promise.all([completeJobs(context, tx, jobs), lockRuns(tx, runIds)]);
  for (const { job, error, report } of failed) {
    const { runId, index } = job.data;
    const { warnings, usage } = report;
    const end = { runId, index, state: 'failed', error, warnings, usage } as const;
    if (!(await endRun(context, tx, end))) throw new LeaseLostError();
  }
  return failed.map(() => undefined);
});

/**
 * Marks a step and its run as failed. The step is not retried.
 *
 * @throws `LeaseLostError` if another worker has taken over the step or the run has ended.
 */
export async function failStep(
  context: EngineContext,
  job: ClaimedJob,
  error: KnownRunError,
  report: FailureReport = {},
): Promise<void> {
  await recordFailure(context, { job, error, report });
}

/** Completes a job without recording a result. Does nothing if the lease was lost. */
export async function dropJob(context: EngineContext, job: ClaimedJob): Promise<void> {
  await context.db.tx(async (tx) => {
    await context.queue.complete(tx, [job]);
  });
}

/** Removes up to 100 steps from the dead-letter queue, and marks their runs as crashed. @returns The number of steps. */
export async function markDeadLetterRunsCrashed(context: EngineContext): Promise<number> {
  return context.db.tx(async (tx) => {
    const jobs = await context.queue.takeDeadLetterJobs(tx, 100);
    for (const { runId, index } of jobs) {
      const error = {
        code: 'worker_lost',
        message: 'too many workers were lost while executing this step',
      } as const;
      await endRun(context, tx, { runId, index, state: 'crashed', error });
    }
    return jobs.length;
  });
}
