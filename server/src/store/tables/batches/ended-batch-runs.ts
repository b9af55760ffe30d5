import { limitWarnings, type RunWarning } from 'millrace/shared/runs/run-warning.js';
import type { RunState } from 'millrace/shared/runs/run-status.js';
import type { Queryable } from '../../db/db.js';
import type { OutputRow } from '../run-rows.js';
import { toRunOutput, type RunRecord } from '../runs.js';

/** The outcome of an ended run in a batch. */
export interface EndedBatchRun {
  readonly requestId: string;
  readonly fileId: string | null;
  readonly state: RunState;
  readonly warnings: RunWarning[];
  /** `undefined` unless the run completed. */
  readonly output: RunRecord['output'];
}

interface EndedRunRow extends OutputRow {
  readonly id: string;
  readonly file_id: string | null;
  readonly state: RunState;
  readonly warnings: { module: string; items?: Omit<RunWarning, 'module'>[]; count: number }[] | null;
}

/** Returns the outcomes of the runs among `runIds` that belong to the batch and have ended. */
export async function findEndedBatchRuns(
  db: Queryable,
  batchId: string,
  runIds: readonly string[],
): Promise<EndedBatchRun[]> {
  const { rows } = await db.query<EndedRunRow>(
    `select run.id, run.file_id, run.state, file.output_blob, file.output_extension, file.output_bytes, file.output_sha256,
       (select jsonb_agg(warnings || jsonb_build_object('module', name) order by index) from task_run
        where run_id = run.id and warnings is not null) as warnings
     from run left join file on file.id = run.file_id
     where run.id = any($1) and run.batch_id = $2 and run.finished_at is not null`,
    [runIds, batchId],
  );
  return rows.map((row) => ({
    requestId: row.id,
    fileId: row.file_id,
    state: row.state,
    warnings: collectWarnings(row),
    output: row.state === 'completed' ? toRunOutput(row) : undefined,
  }));
}

function collectWarnings({ warnings }: EndedRunRow): RunWarning[] {
  const tasks = warnings ?? [];
  const items = tasks.flatMap(({ module, items = [] }) => items.map((item) => ({ ...item, module })));
  return limitWarnings(
    items,
    tasks.reduce((sum, { count }) => sum + count, 0),
  );
}
