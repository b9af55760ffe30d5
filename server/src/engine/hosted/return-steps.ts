import { toStorableJson } from 'millrace/shared/rules/storable-json.js';
import type { Usage } from 'millrace/shared/runs/usage.js';
import type { ClaimedJob } from '../../queue/queue.js';
import type { EngineContext } from '../engine-context.js';
import { groupWrites } from '../group-writes.js';
import { lockRuns } from '../lock-run.js';
import { notifyRunChangedSql, runChannel } from '../notify-run.js';
import { completeJobs } from './lease.js';

const requeueGrouped = groupWrites<ClaimedJob, undefined>(async (context, tx, jobs) => {
  const runIds = jobs.map(({ data }) => data.runId);
  await Promise.all([completeJobs(context, tx, jobs), lockRuns(tx, runIds)]);
  await tx.query(
    `with returned as (
       update task_run set state = 'pending', attempt = greatest(attempt - 1, 0), started_at = null
       from unnest($1::uuid[], $2::int[]) job (run_id, index)
       where task_run.run_id = job.run_id and task_run.index = job.index and state = 'running'
       returning task_run.run_id, task_run.index
     ), updated as (
       update run set sequence = sequence + 1, state = case when index = 0 then 'pending' else state end,
         started_at = case when index > 0 then started_at end
       from returned where run.id = returned.run_id and state = 'running' returning id, sequence, state
     )
     select pg_notify('${runChannel}', id || ' ' || sequence || ' ' || state) from updated`,
    [runIds, jobs.map(({ data }) => data.index)],
  );
  for (const queue of new Set(jobs.map((job) => job.queue))) {
    const queueJobs = jobs.filter((job) => job.queue === queue).map(({ data }) => data);
    await context.queue.send(tx, queue, queueJobs);
  }
  return jobs.map(() => undefined);
});

/**
 * Returns a claimed step to its queue. The step's module must not have started. The step is queued ahead of the first steps of other runs,
 * and the claim is not counted as an attempt.
 *
 * @throws `LeaseLostError` if the lease on the step was lost.
 */
export async function requeueStep(context: EngineContext, job: ClaimedJob): Promise<void> {
  await requeueGrouped(context, job);
}

/**
 * Requeues a step whose module requested a retry. The step and its run are `retrying` until the retry begins.
 *
 * @throws `LeaseLostError` if the lease on the step was lost.
 */
export async function retryStepLater(
  context: EngineContext,
  job: ClaimedJob,
  { retryAfterSeconds: delaySeconds, usage }: { readonly retryAfterSeconds: number; readonly usage: Usage | undefined },
): Promise<void> {
  const { runId, index } = job.data;
  await context.db.tx(async (tx) => {
    await completeJobs(context, tx, [job]);
    await lockRuns(tx, [runId]);
    await tx.query(
      `with requeued as (
         update task_run set state = 'retrying', usage = add_usage(usage, $3::jsonb)
         where run_id = $1 and index = $2 and state = 'running' returning run_id
       )
       update run set state = 'retrying', sequence = sequence + 1 from requeued
       where run.id = requeued.run_id and state = 'running'
       returning ${notifyRunChangedSql('run.id', 'run.sequence', 'retrying')}`,
      [runId, index, usage ? toStorableJson(usage) : null],
    );
    await context.queue.send(tx, job.queue, [job.data], { delaySeconds });
  });
}
