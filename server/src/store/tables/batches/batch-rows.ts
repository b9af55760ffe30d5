import type { BatchCounts, BatchStatus } from 'millrace/shared/runs/batch-status.js';
import { noUsage } from 'millrace/shared/runs/usage.js';

export interface BatchRow {
  readonly id: string;
  readonly name: string;
  readonly pipeline: string;
  readonly chain: string[];
  readonly expected: number | null;
  readonly skipped: number;
  readonly created_at: Date;
  readonly closed_at: Date | null;
  readonly cancelled_at: Date | null;
  readonly finished_at: Date | null;
  /** The final counts; `null` until the batch has finished. */
  readonly counts: BatchCounts | null;
  /** Number of files in each state; `null` if the batch has final counts or has received no files. */
  readonly states: Readonly<Record<string, number>> | null;
  /** Number of runs that ended in the last {@link recentSeconds} seconds; `null` if the batch has final counts. */
  readonly recently_ended: number | null;
}

/** The time span over which an unfinished batch's speed is measured, in seconds. */
const recentSeconds = 60;

/**
 * Returns an SQL expression for a batch's total usage of model endpoints. Its value is null if there was no usage.
 *
 * @param id An SQL expression for the batch's id.
 */
export function batchUsageSql(id: string): string {
  const sums = Object.keys(noUsage).map((key) => `'${key}', sum((task_run.usage ->> '${key}')::bigint)`);
  return `(select case when count(*) > 0 then jsonb_build_object(${sums.join(', ')}) end
    from run join task_run on task_run.run_id = run.id where run.batch_id = ${id} and task_run.usage is not null)`;
}

/**
 * Returns the SQL for the columns of a {@link BatchRow}. Files are counted only if the batch has no final counts.
 *
 * @param now An SQL expression for the current time.
 */
export function batchColumnsSql(now: string): string {
  return `batch.id, batch.name, batch.pipeline, batch.chain, batch.expected, batch.skipped, batch.created_at, batch.closed_at,
    batch.cancelled_at, batch.finished_at, batch.counts,
    case when batch.counts is null then (
      select jsonb_object_agg(state, files) from (
        select state, sum(files) as files from (
          select state, count(*) as files from run where batch_id = batch.id group by state
          union all select state, count(*) from batch_outcome where batch_id = batch.id group by state) counted
        group by state) summed) end as states,
    case when batch.counts is null then (
      select count(*) from run where batch_id = batch.id and finished_at > ${now} - interval '${recentSeconds} seconds') end as recently_ended`;
}

export function toBatchStatus(row: BatchRow, now: Date): BatchStatus {
  const counts = row.counts ?? countFiles(row);
  const filesPerSecond = computeFilesPerSecond(row, counts, now);
  const remaining = counts.queued + counts.running + countMissing(row, counts);
  return {
    batchId: row.id,
    name: row.name,
    pipeline: row.pipeline,
    chain: row.chain,
    state: row.finished_at === null ? 'running' : row.cancelled_at === null ? 'completed' : 'cancelled',
    counts,
    filesPerSecond,
    secondsLeft: row.finished_at || !filesPerSecond ? null : Math.ceil(remaining / filesPerSecond),
    createdAt: row.created_at.toISOString(),
    closedAt: row.closed_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

export function countFiles({ states, skipped, expected, closed_at: closedAt }: BatchRow): BatchCounts {
  const countIn = (...stateNames: string[]): number => stateNames.reduce((sum, name) => sum + (states?.[name] ?? 0), 0);
  const counts = {
    queued: countIn('pending'),
    running: countIn('running', 'retrying'),
    completed: countIn('completed'),
    failed: countIn('failed', 'crashed'),
    cancelled: countIn('cancelled'),
    skipped,
  };
  const received = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { total: closedAt ? received : Math.max(received, expected ?? 0), ...counts };
}

/** Returns the number of expected files that have not been received, or 0 if the batch is closed. */
function countMissing(
  row: BatchRow,
  { total, queued, running, completed, failed, cancelled, skipped }: BatchCounts,
): number {
  return row.closed_at ? 0 : total - queued - running - completed - failed - cancelled - skipped;
}

/**
 * Returns `BatchStatus.filesPerSecond`, rounded to three significant digits, or `null` if it is 0. The rate is the average over the whole
 * duration of a finished batch, and over the last {@link recentSeconds} seconds of an unfinished one.
 */
function computeFilesPerSecond(row: BatchRow, { completed, failed }: BatchCounts, now: Date): number | null {
  const secondsTo = (end: Date): number => Math.max(0.001, (end.getTime() - row.created_at.getTime()) / 1000);
  const filesPerSecond = row.finished_at
    ? (completed + failed) / secondsTo(row.finished_at)
    : (row.recently_ended ?? 0) / Math.min(recentSeconds, secondsTo(now));
  return filesPerSecond === 0 ? null : Number(filesPerSecond.toPrecision(3));
}
