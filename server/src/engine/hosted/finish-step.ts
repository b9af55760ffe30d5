import { outputExtension } from 'millrace/shared/modules/formats.js';
import type { ClaimedJob } from '../../queue/queue.js';
import { queueOf } from '../../queue/queue.js';
import type { RunnerResult } from '../../runner/runner.js';
import type { ModuleWarnings } from '../../runner/task-warnings.js';
import { openPostings, storePostings } from '../../search/keyword/store-postings.js';
import type { Queryable } from '../../store/db/db.js';
import { toStorableJson } from 'millrace/shared/rules/storable-json.js';
import type { Step } from './begin-step.js';
import type { EngineContext } from '../engine-context.js';
import { completeJob, LeaseLostError } from './lease.js';
import { lockRun } from '../lock-run.js';
import { announce } from '../notify-run.js';
import { queueWebhooks } from '../queue-webhooks.js';

interface StepBlobs {
  readonly output: string;
  /** The snippets for the step's embeddings, if semantic search needs them. */
  readonly snippets: string | null;
}

interface StepOutcome {
  readonly result: RunnerResult;
  /** The blobs of the step's output. They have been written and synced. */
  readonly blobs: StepBlobs;
  readonly warnings: ModuleWarnings | undefined;
}

/**
 * Records a step's result in one transaction, which also queues the next step. After the last step, the transaction completes the
 * run and makes its file visible in listings and searches.
 *
 * @throws `LeaseLostError` if another worker has taken over the step or the run has ended. In that case, nothing is changed.
 */
export async function finishStep(
  context: EngineContext,
  job: ClaimedJob,
  step: Step,
  outcome: StepOutcome,
): Promise<void> {
  const { result, blobs } = outcome;
  const postings = result.postingsPath === undefined ? { rows: [] } : await openPostings(result.postingsPath);
  const recordStep = async (tx: Queryable): Promise<void> => {
    await completeJob(context, tx, job);
    if (step.isLast && step.replaces) await supersede(context, tx, step);
    const statements = [
      lockRun(tx, step.runId),
      recordOutput(context, tx, step, outcome),
      storePostings(tx, step.fileId, postings),
    ] as const;
    // `publish` locks the account until the transaction ends, so store the postings first to hold the lock only briefly
    if ('path' in postings) await Promise.all(statements);
    const lastStatements = step.isLast
      ? [queueWebhooks(context, tx, [step.runId]), publish(context, tx, step, result, blobs.output)]
      : [];
    const [, next] = await Promise.all([...statements, ...lastStatements] as const);
    if (next.module !== null) {
      await context.queue.send(tx, queueOf(next.module), { runId: step.runId, index: step.index + 1 });
    }
  };
  // only the last step must be durable: if a power failure undoes an earlier step, that step runs again
  await context.db.tx(recordStep, { durable: step.isLast });
}

async function recordOutput(
  context: EngineContext,
  tx: Queryable,
  step: Step,
  { result, blobs, warnings }: StepOutcome,
): Promise<{ module: string | null }> {
  const { rows } = await tx.query<{ module: string | null }>(
    `with done as (
       update task_run set state = 'completed', finished_at = $3, progress = null, output_blob = $4, facts = $5,
         model = coalesce($6, model), snippets_blob = $7, warnings = $8
       where run_id = $1 and index = $2 and state = 'running' returning run_id
     ), next as (
       update task_run set queued_at = $3 from done
       where task_run.run_id = done.run_id and index = $2 + 1 returning task_run.name
     ), moved as (
       update run set sequence = sequence + 1,
         state = case when exists (select from next) then 'running' else 'completed' end,
         finished_at = case when exists (select from next) then null else $3 end
       from done where run.id = done.run_id and run.state = 'running' returning run.sequence
     ), consumed as (
       -- this step's input is no longer needed
       insert into blob_trash (key, at)
       select output_blob, $3 from task_run join done on task_run.run_id = done.run_id
       where index = $2 - 1 and output_blob is not null and not (select keep_input from file where id = $9)
       on conflict do nothing
     )
     select next.name as module,
       case when next.name is null then ${announce('$1::uuid', 'moved.sequence', 'completed')}
         else ${announce('$1::uuid', 'moved.sequence', 'running')} end
     from moved left join next on true`,
    [
      step.runId,
      step.index,
      context.clock.now(),
      blobs.output,
      toStorableJson(result.facts),
      result.model?.name ?? null,
      blobs.snippets,
      warnings ? toStorableJson(warnings) : null,
      step.fileId,
    ],
  );
  const [row] = rows;
  if (!row) throw new LeaseLostError();
  return row;
}

async function publish(
  context: EngineContext,
  tx: Queryable,
  step: Step,
  result: RunnerResult,
  blob: string,
): Promise<void> {
  const now = context.clock.now();
  const format = context.modules.find(step.module)?.output ?? 'json';
  await tx.query(
    `with published as (
       update file set state = 'ready', created_at = coalesce(created_at, $2), updated_at = $2,
         input_blob = case when keep_input then input_blob end,
         facts = (select jsonb_object_agg(task_run.key, coalesce(task_run.facts, '{}')) from task_run where run_id = $7),
         output_blob = $3, output_extension = $4, output_bytes = $5, output_sha256 = $6
       where id = $1 returning id, account_id, pipeline, tag_keys, created_at
     ), tagged as (
       insert into file_tag (file_id, tag, created_at)
       select id, tag_digest(account_id, pipeline, key), created_at from published, jsonb_array_elements_text(tag_keys) as tag (key)
       on conflict do nothing
     ), consumed as (
       insert into blob_trash (key, at) select input_blob, $2 from file
       where id = $1 and input_blob is not null and not keep_input
       on conflict do nothing
     )
     update account set units_used = units_used + 1 from published where account.id = published.account_id`,
    [step.fileId, now, blob, outputExtension[format], result.bytes, result.sha256, step.runId],
  );
}

/** Removes what earlier runs of the file have put out, before the output of this run takes its place. */
async function supersede({ clock }: EngineContext, tx: Queryable, step: Step): Promise<void> {
  await tx.query(
    `with earlier as (
       select task_run.run_id, index, output_blob, snippets_blob from run join task_run on task_run.run_id = run.id
       where run.file_id = $1 and run.id <> $2 and (output_blob is not null or snippets_blob is not null)
     ), forgotten as (
       update task_run set output_blob = null, snippets_blob = null from earlier
       where task_run.run_id = earlier.run_id and task_run.index = earlier.index
     ), postings as (
       delete from keyword_posting where file_id = $1
     )
     insert into blob_trash (key, at)
     select key, $3 from (select output_blob as key from earlier union select snippets_blob from earlier) blobs
     -- a rerun from a later module uses outputs of the earlier run
     where key is not null
       and not exists (select from task_run where run_id = $2 and (output_blob = key or snippets_blob = key))
     on conflict do nothing`,
    [step.fileId, step.runId, clock.now()],
  );
}
