import type { LogLine, LogLineLevel, StoredLogLine } from 'millrace/shared/runs/run-event.js';
import type { Queryable } from '../db/db.js';
import { toStorableJson } from 'millrace/shared/rules/storable-json.js';

const levels: readonly LogLineLevel[] = ['debug', 'info', 'warning', 'error'];

export interface NewLogLine extends LogLine {
  readonly runId: string;
  /** 1-based line number in the run's log. The run's `log_lines` is the number of the last line. */
  readonly line: number;
}

export interface LogFilter {
  /** Only lines numbered higher than this. */
  readonly after: number;
  /** Only lines at this level or above. */
  readonly level?: LogLineLevel;
  readonly limit: number;
}

/** Inserts log lines. Lines that already exist are left unchanged. */
export async function insertLogLines(tx: Queryable, lines: readonly NewLogLine[]): Promise<void> {
  if (lines.length === 0) return;
  await tx.query(
    `insert into run_log (run_id, line, at, level, task, message)
     select "runId", line, at, level, task, message from jsonb_to_recordset($1)
       as entry ("runId" uuid, line int, at timestamptz, level text, task text, message text)
     on conflict do nothing`,
    [toStorableJson(lines)],
  );
}

/** Returns a run's log lines, in order. The caller must have checked that the account owns the run. */
export async function readLogLines(
  db: Queryable,
  runId: string,
  { after, level = 'debug', limit }: LogFilter,
): Promise<StoredLogLine[]> {
  const { rows } = await db.query<Omit<StoredLogLine, 'at'> & { at: Date }>(
    `select line, at, level, message, task from run_log
     where run_id = $1 and line > $2::bigint and level = any($3) order by line limit $4`,
    [runId, after, levels.slice(levels.indexOf(level)), limit],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}
