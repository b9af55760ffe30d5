import type { ResumePoint } from 'millrace/shared/runs/run-event.js';
import type { Json } from 'millrace/shared/types/json.js';
import type { Queryable } from '../store/db/db.js';
import type { ReportedTaskRow } from '../store/tables/reported-runs.js';
import { toCalls } from './reported/fold-events.js';

/** Maximum total size of the task outputs in one response to a program or worker, in characters. */
export const maxOutputCharacters = 64_000_000;

/** Returns the total size of the outputs of each run's completed tasks, in characters. */
export async function readOutputSizes(tx: Queryable, runIds: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await tx.query<{ id: string; characters: number }>(
    `select run_id as id, sum(length(output::text))::bigint as characters from task_run
     where run_id = any($1) and state = 'completed' and output is not null group by run_id`,
    [runIds],
  );
  return new Map(rows.map(({ id, characters }) => [id, characters]));
}

type TaskRow = Pick<ReportedTaskRow, 'key' | 'digest' | 'began' | 'ended'> & {
  readonly runId: string;
  readonly hasOutput: boolean;
  readonly output: Json;
};

/** Returns the resume points of reported runs, by run id, without the field `run`. */
export async function readResumePoints(
  tx: Queryable,
  runIds: readonly string[],
): Promise<Map<string, Omit<ResumePoint, 'run'>>> {
  const { rows: runs } = await tx.query<{ id: string; sequence: number; output: Json }>(
    'select id, reported_sequence as sequence, output from run where id = any($1)',
    [runIds],
  );
  const { rows: tasks } = await tx.query<TaskRow>(
    // compute `hasOutput` in SQL, because a missing output and a JSON null are both `null` in JavaScript
    `select run_id as "runId", key, state = 'completed' and output is not null as "hasOutput", output, digest, began, ended
     from task_run where run_id = any($1) and (began is not null or (state = 'completed' and output is not null)) order by run_id, index`,
    [runIds],
  );
  return new Map(
    runs.map(({ id, sequence, output }) => {
      const runTasks = tasks.filter((task) => task.runId === id);
      const startedTasks = runTasks
        .filter(({ began }) => began !== null)
        .sort((a, b) => (a.began ?? 0) - (b.began ?? 0));
      const outputs = Object.fromEntries(
        runTasks.flatMap(({ key, hasOutput, output }) => (hasOutput ? [[key, output]] : [])),
      );
      return [id, { calls: toCalls(startedTasks), ...(output !== null && { output }), outputs, sequence }];
    }),
  );
}
