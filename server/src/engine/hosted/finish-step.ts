import { outputExtension } from 'millrace/shared/modules/formats.js';
import type { Usage } from 'millrace/shared/runs/usage.js';
import type { ClaimedJob, StepJob } from '../../queue/queue.js';
import { toQueueName } from '../../queue/queue.js';
import type { RunnerResult } from '../../runner/runner.js';
import type { ModuleWarnings } from '../../runner/task-warnings.js';
import { loadPostings, storePostings, type Postings } from '../../search/keyword/store-postings.js';
import type { Queryable } from '../../store/db/db.js';
import { toStorableJson } from 'millrace/shared/rules/storable-json.js';
import type { Step } from './start-step.js';
import type { EngineContext } from '../engine-context.js';
import { completeJobs, LeaseLostError } from './lease.js';
import { groupWrites } from '../group-writes.js';
import { lockRuns } from '../lock-run.js';
import { notifyRunChangedSql } from '../notify-run.js';
import { removeReplacedFiles } from './remove-files.js';
import { queueRunDeliveries } from '../queue-deliveries.js';
import { insertContents } from '../../store/tables/blob-contents.js';

interface StepBlobs {
  /** The blob key of the output. */
  readonly output: string;
  /** The output's content, if it is stored in the database instead of a file. */
  readonly content?: Buffer | undefined;
  /** The blob key of the step's snippets for semantic search, or `null` if no snippets are kept. */
  readonly snippets: string | null;
}

interface StepOutcome {
  readonly result: RunnerResult;
  /** The step's blobs. Except for an output in `content`, the blobs have been written and synced. */
  readonly blobs: StepBlobs;
  readonly warnings: ModuleWarnings | undefined;
  readonly usage: Usage | undefined;
}

interface FinishedStep extends StepOutcome {
  readonly job: ClaimedJob;
  readonly step: Step;
  readonly postings: Postings;
}

/** Only the last step's result must be durable: if a power failure undoes an earlier step's result, the step runs again. */
const isDurable = ({ step }: FinishedStep): boolean => step.isLast;

const recordGrouped = groupWrites<FinishedStep, undefined>(recordSteps, { isDurable });

/**
 * Records a step's result and queues the next step in the same transaction. After the last step, the transaction completes the run and
 * makes its file visible in listings and searches. Steps that finish while another transaction is in progress share the next transaction,
 * but a step with many postings has its own transaction.
 *
 * @throws `LeaseLostError` if another worker has taken over the step or the run has ended. In that case, nothing is changed.
 */
export async function finishStep(
  context: EngineContext,
  job: ClaimedJob,
  step: Step,
  outcome: StepOutcome,
): Promise<void> {
  const postings = await loadPostings(outcome.result);
  const finished = { ...outcome, job, step, postings };
  // a step with many postings has its own transaction, so that no other step has to wait while the postings are read from disk
  if ('lines' in postings) await recordGrouped(context, finished);
  else await context.db.tx((tx) => recordSteps(context, tx, [finished]), { durable: isDurable(finished) });
}

async function recordSteps(
  context: EngineContext,
  tx: Queryable,
  finished: readonly FinishedStep[],
): Promise<undefined[]> {
  const jobs = finished.map(({ job }) => job);
  const runIds = finished.map(({ step }) => step.runId);
  const lastSteps = finished.filter(({ step }) => step.isLast);
  const statements = [
    completeJobs(context, tx, jobs),
    lockRuns(tx, runIds),
    trashEarlierOutputs(context, tx, lastSteps),
    completeSteps(context, tx, finished),
    insertContents(
      tx,
      finished.flatMap(({ step: { fileId }, blobs: { output: key, content } }) =>
        content ? [{ key, fileId, content }] : [],
      ),
    ),
    storePostings(
      tx,
      finished.map(({ step, postings }) => ({ fileId: step.fileId, postings })),
    ),
  ] as const;
  // store many postings before `publish` locks the accounts, because these locks are held until the transaction ends
  if (finished.some(({ postings }) => 'path' in postings)) await Promise.all(statements);
  const lastRunIds = lastSteps.map(({ step }) => step.runId);
  const lastStepStatements =
    lastSteps.length === 0
      ? []
      : [queueRunDeliveries(context, tx, lastRunIds), replaceAndPublish(context, tx, lastSteps)];
  const [, , , nextSteps] = await Promise.all([...statements, ...lastStepStatements] as const);
  await Promise.all([...nextSteps].map(([module, steps]) => context.queue.send(tx, toQueueName(module), steps)));
  return finished.map(() => undefined);
}

/**
 * Completes the steps, updates their runs, and discards the outputs of the previous steps unless the file keeps them.
 *
 * @returns The next steps, by module.
 * @throws `LeaseLostError` if any step or its run is not running.
 */
async function completeSteps(
  context: EngineContext,
  tx: Queryable,
  finished: readonly FinishedStep[],
): Promise<ReadonlyMap<string, readonly StepJob[]>> {
  const { rows } = await tx.query<{ run_id: string; index: number; module: string | null }>(
    `with result as (
       select * from unnest($1::uuid[], $2::int[], $4::text[], $5::jsonb[], $6::text[], $7::text[], $8::jsonb[], $9::jsonb[])
         as result (run_id, index, output, facts, model, snippets, warnings, usage)
     ), done as (
       update task_run set state = 'completed', finished_at = $3, progress = null, output_blob = result.output,
         facts = result.facts, model = coalesce(result.model, task_run.model), snippets_blob = result.snippets,
         warnings = result.warnings, usage = add_usage(task_run.usage, result.usage)
       from result where task_run.run_id = result.run_id and task_run.index = result.index and state = 'running'
       returning task_run.run_id, task_run.index
     ), next as (
       update task_run set queued_at = $3 from done
       where task_run.run_id = done.run_id and task_run.index = done.index + 1 returning task_run.run_id, task_run.name
     ), updated as (
       update run set sequence = sequence + 1,
         state = case when next.run_id is null then 'completed' else 'running' end,
         finished_at = case when next.run_id is null then $3 end
       from done left join next on next.run_id = done.run_id where run.id = done.run_id and run.state = 'running'
       returning run.id, run.sequence, done.index, next.name as module
     ), consumed as (
       -- the outputs of the previous steps, unless the file keeps them
       select run.file_id, task_run.output_blob as blob
       from task_run join done on task_run.run_id = done.run_id
         join run on run.id = done.run_id join file on file.id = run.file_id
       where task_run.index = done.index - 1 and task_run.output_blob is not null and not keep_input
     ), trashed as (
       insert into blob_trash (key, at) select blob, $3 from consumed where not starts_with(blob, 'row:')
       on conflict do nothing
     ), deleted_contents as (
       delete from blob_content where key in (select blob from consumed where starts_with(blob, 'row:'))
     ), unlinked as (
       -- unlink the deleted outputs from all runs of the file, because a rerun from a later module shares outputs with the earlier run
       update task_run set output_blob = null from consumed join run on run.file_id = consumed.file_id
       where task_run.run_id = run.id and task_run.output_blob = blob and starts_with(blob, 'row:')
     )
     select id as run_id, index, module,
       case when module is null then ${notifyRunChangedSql('id', 'sequence', 'completed')}
         else ${notifyRunChangedSql('id', 'sequence', 'running')} end
     from updated`,
    [
      finished.map(({ step }) => step.runId),
      finished.map(({ step }) => step.index),
      context.clock.now(),
      finished.map(({ blobs }) => blobs.output),
      finished.map(({ result }) => toStorableJson(result.facts)),
      finished.map(({ result }) => result.model?.name ?? null),
      finished.map(({ blobs }) => blobs.snippets),
      finished.map(({ warnings }) => (warnings ? toStorableJson(warnings) : null)),
      finished.map(({ usage }) => (usage ? toStorableJson(usage) : null)),
    ],
  );
  if (rows.length < finished.length) throw new LeaseLostError();
  const next = new Map<string, StepJob[]>();
  for (const { run_id: runId, index, module } of rows) {
    if (module === null) continue;
    next.set(module, [...(next.get(module) ?? []), { runId, index: index + 1 }]);
  }
  return next;
}

/** Removes the replaced files, then publishes the files of the completed runs. */
async function replaceAndPublish(
  context: EngineContext,
  tx: Queryable,
  lastSteps: readonly FinishedStep[],
): Promise<void> {
  const replacingIds = lastSteps.filter(({ step }) => step.replacedFileId !== null).map(({ step }) => step.fileId);
  if (replacingIds.length > 0) await removeReplacedFiles(context, tx, replacingIds);
  await publish(context, tx, lastSteps);
}

async function publish(context: EngineContext, tx: Queryable, lastSteps: readonly FinishedStep[]): Promise<void> {
  const fileIds = lastSteps.map(({ step }) => step.fileId);
  await Promise.all([
    // lock the accounts in a fixed order to prevent deadlocks, because the update below locks them in no particular order
    lastSteps.length > 1 &&
      tx.query(
        `select from account where id in (select account_id from file where id = any($1)) order by id for no key update`,
        [fileIds],
      ),
    tx.query(
      `with result as (
         select * from unnest($1::uuid[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::uuid[])
           as result (file_id, output, extension, bytes, sha256, run_id)
       ), published as (
         update file set state = 'ready', replaces_id = null, created_at = coalesce(created_at, $2), updated_at = $2,
           input_blob = case when keep_input then input_blob end,
           facts = (select jsonb_object_agg(task_run.key, coalesce(task_run.facts, '{}')) from task_run where run_id = result.run_id),
           output_blob = result.output, output_extension = result.extension, output_bytes = result.bytes,
           output_sha256 = result.sha256
         from result where id = result.file_id returning id, account_id, pipeline, tag_keys, created_at
       ), tagged as (
         insert into file_tag (file_id, tag, created_at)
         select id, tag_digest(account_id, pipeline, key), created_at from published, jsonb_array_elements_text(tag_keys) as tag (key)
         on conflict do nothing
       ), consumed as (
         insert into blob_trash (key, at) select input_blob, $2 from file
         where id = any($1) and input_blob is not null and not keep_input and not starts_with(input_blob, 'row:')
         on conflict do nothing
       ), deleted_contents as (
         delete from blob_content where key in (select input_blob from file where id = any($1) and not keep_input)
       )
       update account set units_used = units_used + counts.files
       from (select account_id, count(*) as files from published group by account_id) counts
       where account.id = counts.account_id`,
      [
        fileIds,
        context.clock.now(),
        lastSteps.map(({ blobs }) => blobs.output),
        lastSteps.map(({ step }) => outputExtension[context.modules.find(step.module)?.output ?? 'json']),
        lastSteps.map(({ result }) => result.bytes),
        lastSteps.map(({ result }) => result.sha256),
        lastSteps.map(({ step }) => step.runId),
      ],
    ),
  ]);
}

/**
 * Moves the outputs and snippets of the files' earlier runs to the trash, except those that the new runs reuse, and deletes the files' old
 * postings. Skips files without an earlier output.
 */
async function trashEarlierOutputs(
  { clock }: EngineContext,
  tx: Queryable,
  lastSteps: readonly FinishedStep[],
): Promise<void> {
  const rerunSteps = lastSteps.filter(({ step }) => step.hasEarlierOutput).map(({ step }) => step);
  if (rerunSteps.length === 0) return;
  await tx.query(
    `with result as (
       select * from unnest($1::uuid[], $2::uuid[]) as result (file_id, run_id)
     ), earlier as (
       select result.run_id as new_run_id, task_run.run_id, index, output_blob, snippets_blob
       from result join run on run.file_id = result.file_id and run.id <> result.run_id
         join task_run on task_run.run_id = run.id
       where output_blob is not null or snippets_blob is not null
     ), unlinked as (
       update task_run set output_blob = null, snippets_blob = null from earlier
       where task_run.run_id = earlier.run_id and task_run.index = earlier.index
     ), postings as (
       delete from keyword_posting where file_id = any($1)
     )
     insert into blob_trash (key, at)
     select key, $3 from (
       select new_run_id, output_blob as key from earlier union select new_run_id, snippets_blob from earlier
     ) blobs
     -- keep the outputs that a rerun from a later module reuses
     where key is not null
       and not exists (select from task_run where run_id = new_run_id and (output_blob = blobs.key or snippets_blob = blobs.key))
     on conflict do nothing`,
    [rerunSteps.map(({ fileId }) => fileId), rerunSteps.map(({ runId }) => runId), clock.now()],
  );
}
