import type { Json } from 'millrace/shared/types/json.js';
import { acceptsFormat } from 'millrace/shared/modules/chain-rules.js';
import type { DataFormat } from 'millrace/shared/modules/module.js';
import type { StepJob } from '../../queue/queue.js';
import { findEmbedderIndex } from '../../search/semantic/query-embedder.js';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
import { notifyRunChangedSql } from '../notify-run.js';

/** The data that a worker needs to run a step. */
export interface Step {
  readonly runId: string;
  readonly fileId: string;
  readonly accountId: string;
  readonly index: number;
  /** The number of this attempt, starting at 1. A claim is not counted if the worker returned the step before the module started. */
  readonly attempt: number;
  readonly isLast: boolean;
  readonly module: string;
  readonly model: string;
  readonly params: Readonly<Record<string, Json>>;
  readonly fileName: string;
  readonly inputBlob: string;
  readonly inputFormat: DataFormat;
  /** The key under which the input stores each item's text. */
  readonly textKey: string;
  /** Whether to keep the snippets that the module writes, because semantic search needs them. */
  readonly needsSnippets: boolean;
  /** Whether the file has an earlier run's output, which the last step replaces. */
  readonly hasEarlierOutput: boolean;
  /** The id of the file at the same path to replace when this file is ready, or `null` if there is no such file. */
  readonly replacedFileId: string | null;
}

interface StepRow {
  run_id: string;
  file_id: string;
  account_id: string;
  index: number;
  attempt: number;
  file_name: string;
  module: string;
  model: string;
  params: Record<string, Json>;
  input_blob: string | null;
  chain: string[];
  replaces_output: boolean;
  replaces_id: string | null;
}

/**
 * Marks steps and their runs as running, in the transaction that claims the jobs.
 *
 * @returns Each job's step, or `undefined` if there is nothing to do: the run or the step has ended, the run was deleted, the step's input
 * is missing, or another of the jobs started a step of the same run.
 */
export async function startSteps(
  context: EngineContext,
  tx: Queryable,
  jobs: readonly StepJob[],
): Promise<(Step | undefined)[]> {
  const { rows } = await tx.query<StepRow>(
    `with started as (
         update run set state = 'running', sequence = sequence + 1, started_at = coalesce(started_at, $3)
         from unnest($1::uuid[], $2::int[]) job (run_id, index)
         where run.id = job.run_id and state in ('pending', 'running', 'retrying')
         returning run.id, sequence, file_id, job.index
       ), step as (
         update task_run set state = 'running', attempt = attempt + 1, started_at = $3, progress = null, warnings = null from started
         where run_id = started.id and task_run.index = started.index and task_run.state in ('pending', 'running', 'retrying')
         returning run_id, task_run.index, task_run.name, model, params, attempt
       )
       select ${notifyRunChangedSql('started.id', 'started.sequence', 'running')}, started.id as run_id, file.id as file_id, file.account_id, started.index,
         file.file_name, step.name as module, step.model, step.params, step.attempt,
         case when started.index = 0 then file.input_blob else
           (select output_blob from task_run where run_id = started.id and index = started.index - 1) end as input_blob,
         file.chain, file.output_blob is not null as replaces_output, file.replaces_id
       from started join file on file.id = started.file_id join step on step.run_id = started.id`,
    [jobs.map(({ runId }) => runId), jobs.map(({ index }) => index), context.clock.now()],
  );
  const rowByStep = new Map(rows.map((row) => [`${row.run_id} ${row.index}`, row]));
  return jobs.map(({ runId, index }) => {
    const key = `${runId} ${index}`;
    const row = rowByStep.get(key);
    rowByStep.delete(key);
    return row && toStep(context, row);
  });
}

function toStep(context: EngineContext, row: StepRow): Step | undefined {
  if (row.input_blob === null) return undefined;
  const module = context.modules.find(row.module);
  const previous = context.modules.find(row.chain[row.index - 1] ?? '');
  return {
    runId: row.run_id,
    fileId: row.file_id,
    accountId: row.account_id,
    index: row.index,
    attempt: row.attempt,
    isLast: row.index === row.chain.length - 1,
    module: row.module,
    model: row.model,
    params: row.params,
    fileName: row.file_name,
    inputBlob: row.input_blob,
    inputFormat: module
      ? previous && acceptsFormat(module, previous.output)
        ? previous.output
        : module.input
      : 'text',
    textKey: previous?.outputKey ?? module?.inputKey ?? 'snippet',
    needsSnippets: findEmbedderIndex(row.chain) === row.index,
    hasEarlierOutput: row.replaces_output,
    replacedFileId: row.replaces_id,
  };
}
