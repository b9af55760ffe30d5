import type { Json } from 'millrace/shared/types/json.js';
import type { Queryable } from '../db/db.js';

/** What is kept of the values of a task run: in the database for runs of programs, as blobs for hosted ones. */
export interface TaskValues {
  readonly hasOutput: boolean;
  readonly output: Json;
  readonly outputBlob: string | null;
  /** Whether the input is the output of the step before, or for the first step the run's input. Only pipelines have steps. */
  readonly hasInput: boolean;
  readonly input: Json;
  readonly inputBlob: string | null;
  /** The module before it, of a hosted run. */
  readonly previous: string | null;
}

/** Returns what is kept of a task run's values. The caller must have checked that the run is visible. */
export async function findTaskValues(db: Queryable, runId: string, key: string): Promise<TaskValues | undefined> {
  const { rows } = await db.query<TaskValues>(
    `select task.output is not null as "hasOutput", task.output, task.output_blob as "outputBlob",
       run.kind = 'pipeline' and (task.index = 0 or before.output is not null) as "hasInput",
       case when run.kind = 'pipeline' then case when task.index = 0 then run.input else before.output end end as input,
       case when task.index = 0 then (select input_blob from file where id = run.file_id) else before.output_blob end as "inputBlob",
       before.name as previous
     from task_run task join run on run.id = task.run_id
       left join task_run before on before.run_id = task.run_id and before.index = task.index - 1
     where task.run_id = $1 and task.key = $2`,
    [runId, key],
  );
  return rows[0];
}
