import type { Json } from 'millrace/shared/types/json.js';
import type { Queryable } from '../db/db.js';

/** The stored input and output of a task run. Hosted runs store them in blobs, and other runs in database columns. */
export interface TaskValues {
  readonly hasOutput: boolean;
  readonly output: Json;
  /** The key of the output's blob; `null` if the task has none, or if the blob is in the trash and can be deleted at any time. */
  readonly outputBlob: string | null;
  /** Whether `input` is stored. Always false unless the run's kind is `pipeline`. */
  readonly hasInput: boolean;
  /** For a pipeline's first step, the run's input; for later steps, the previous step's output; for other kinds of runs, `null`. */
  readonly input: Json;
  /** The key of the input's blob; `null` if the task has none, or if the blob is in the trash. */
  readonly inputBlob: string | null;
  /** The name of the run's previous task; `null` for the first task. */
  readonly previousTaskName: string | null;
}

/** Returns SQL for a blob's key, which is null if the blob is in the trash. */
const nullIfTrashedSql = (blob: string): string =>
  `(select ${blob} where not exists (select from blob_trash where blob_trash.key = ${blob}))`;

/**
 * Returns the stored input and output of a task run, or `undefined` if the run has no task run with this key. The caller must have checked
 * that the run is visible.
 */
export async function findTaskValues(db: Queryable, runId: string, key: string): Promise<TaskValues | undefined> {
  const { rows } = await db.query<TaskValues>(
    `select task.output is not null as "hasOutput", task.output, ${nullIfTrashedSql('task.output_blob')} as "outputBlob",
       run.kind = 'pipeline' and (task.index = 0 or before.output is not null) as "hasInput",
       case when run.kind = 'pipeline' then case when task.index = 0 then run.input else before.output end end as input,
       ${nullIfTrashedSql('coalesce(file.input_blob, before.output_blob)')} as "inputBlob",
       before.name as "previousTaskName"
     from task_run task join run on run.id = task.run_id
       left join task_run before on before.run_id = task.run_id and before.index = task.index - 1
       left join file on file.id = run.file_id and task.index = 0
     where task.run_id = $1 and task.key = $2`,
    [runId, key],
  );
  return rows[0];
}
