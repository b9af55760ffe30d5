import type { Json } from 'millrace/shared/types/json.js';
import type { Queryable } from '../db/db.js';

/** What is kept of the values of a task run: in the database for runs of programs, as blobs for hosted ones. */
export interface TaskValues {
  readonly hasOutput: boolean;
  readonly output: Json;
  /** `null` if it is in the trash, where it may be deleted at any moment. */
  readonly outputBlob: string | null;
  /** Whether the input is the output of the step before, or for the first step the run's input. Only pipelines have steps. */
  readonly hasInput: boolean;
  readonly input: Json;
  /** `null` if it is in the trash. */
  readonly inputBlob: string | null;
  /** The module before it, of a hosted run. */
  readonly previous: string | null;
}

const unlessTrashed = (blob: string): string =>
  `(select ${blob} where not exists (select from blob_trash where blob_trash.key = ${blob}))`;

/** Returns what is kept of a task run's values. The caller must have checked that the run is visible. */
export async function findTaskValues(db: Queryable, runId: string, key: string): Promise<TaskValues | undefined> {
  const { rows } = await db.query<TaskValues>(
    `select task.output is not null as "hasOutput", task.output, ${unlessTrashed('task.output_blob')} as "outputBlob",
       run.kind = 'pipeline' and (task.index = 0 or before.output is not null) as "hasInput",
       case when run.kind = 'pipeline' then case when task.index = 0 then run.input else before.output end end as input,
       ${unlessTrashed('coalesce(file.input_blob, before.output_blob)')} as "inputBlob",
       before.name as previous
     from task_run task join run on run.id = task.run_id
       left join task_run before on before.run_id = task.run_id and before.index = task.index - 1
       left join file on file.id = run.file_id and task.index = 0
     where task.run_id = $1 and task.key = $2`,
    [runId, key],
  );
  return rows[0];
}
