import type { Json } from 'millrace/shared/types/json.js';
import type { DataFormat } from 'millrace/shared/modules/module.js';
import type { StepJob } from '../../queue/queue.js';
import { embedderIndex } from '../../search/semantic/query-embedder.js';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
import { announce } from '../notify-run.js';

/** The data that a worker needs to run a step. */
export interface Step {
  readonly runId: string;
  readonly fileId: string;
  readonly index: number;
  readonly isLast: boolean;
  readonly module: string;
  readonly model: string;
  readonly params: Readonly<Record<string, Json>>;
  readonly fileName: string;
  readonly inputBlob: string;
  readonly inputFormat: DataFormat;
  /** The key under which the previous module's output stores each item's text. */
  readonly textKey: string;
  /** Whether semantic search needs the snippets for this step's embeddings. */
  readonly needsSnippets: boolean;
  /** Whether the file has an output of an earlier run, which the last step replaces. */
  readonly replaces: boolean;
}

interface StepRow {
  file_id: string;
  file_name: string;
  module: string;
  model: string;
  params: Record<string, Json>;
  input_blob: string | null;
  chain: string[];
  replaces: boolean;
}

/**
 * Marks a step as running in the transaction that claims its job.
 *
 * @returns `undefined` if the run has ended or was deleted, in which case there is nothing to do.
 */
export async function beginStep(context: EngineContext, tx: Queryable, job: StepJob): Promise<Step | undefined> {
  const { rows } = await tx.query<StepRow>(
    `with begun as (
         update run set state = 'running', sequence = sequence + 1, started_at = coalesce(started_at, $3)
         where id = $1 and state in ('pending', 'running', 'retrying') returning id, sequence, file_id
       ), step as (
         update task_run set state = 'running', attempt = attempt + 1, started_at = $3, progress = null, warnings = null from begun
         where run_id = begun.id and index = $2 and task_run.state in ('pending', 'running', 'retrying')
         returning task_run.name, model, params
       )
       select ${announce('begun.id', 'begun.sequence', 'running')}, file.id as file_id, file.file_name, step.name as module, step.model, step.params,
         case when $2 = 0 then file.input_blob else
           (select output_blob from task_run where run_id = $1 and index = $2 - 1) end as input_blob,
         file.chain, file.output_blob is not null as replaces
       from begun join file on file.id = begun.file_id, step`,
    [job.runId, job.index, context.clock.now()],
  );
  const [row] = rows;
  if (!row?.input_blob) return undefined;
  const module = context.modules.find(row.module);
  const previous = context.modules.find(row.chain[job.index - 1] ?? '');
  return {
    runId: job.runId,
    fileId: row.file_id,
    index: job.index,
    isLast: job.index === row.chain.length - 1,
    module: row.module,
    model: row.model,
    params: row.params,
    fileName: row.file_name,
    inputBlob: row.input_blob,
    inputFormat: module?.input ?? 'text',
    textKey: previous?.outputKey ?? module?.inputKey ?? 'snippet',
    needsSnippets: embedderIndex(row.chain) === job.index,
    replaces: row.replaces,
  };
}
