import type { LogLine, LogLineLevel, StoredLogLine } from 'millrace/shared/runs/run-event.js';
import type { Queryable } from '../db/db.js';
import { toStorableJson } from 'millrace/shared/rules/storable-json.js';

/** The log levels, least severe first. */
const levels: readonly LogLineLevel[] = ['debug', 'info', 'warning', 'error'];

export interface NewLogLine extends LogLine {
  readonly runId: string;
  /** The 1-based line number in the run's log. The run's `log_lines` column contains the number of its last line. */
  readonly line: number;
}

export interface LogFilter {
  /** Only lines with a number greater than this. */
  readonly after: number;
  /** Only lines with a number less than this. If set and more than `limit` lines match, the last ones are returned instead of the first. */
  readonly before?: number | undefined;
  /** Only lines at this level or above. @default 'debug' */
  readonly level?: LogLineLevel;
  /** Only the lines of the task run with this key. */
  readonly task?: string | undefined;
  /** Only lines that contain this text, ignoring case. */
  readonly q?: string | undefined;
  readonly limit: number;
}

/**
 * Returns a log line with its line number. For number `maxLogLines`, returns a warning that the log is full instead.
 *
 * @param line The line number, from 1 to `maxLogLines`.
 */
export function numberLogLine(
  { runId, line, maxLogLines }: { readonly runId: string; readonly line: number; readonly maxLogLines: number },
  { at, level, message, task }: LogLine,
): NewLogLine {
  if (line < maxLogLines) return { runId, line, at, level, message, task };
  const fullMessage = `The log is full. Only the first ${maxLogLines - 1} lines are kept.`;
  return { runId, line, at, level: 'warning', message: fullMessage, task: null };
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

/** Returns the lines of a run's log that match the filter, in order. The caller must have checked that the run is visible. */
export async function readLogLines(db: Queryable, runId: string, filter: LogFilter): Promise<StoredLogLine[]> {
  const { after, before, level = 'debug', limit } = filter;
  const params: unknown[] = [runId, after, levels.slice(levels.indexOf(level)), limit];
  const conditions = ['line > $2::bigint', 'level = any($3)', ...createContentConditions(filter, params)];
  if (before !== undefined) conditions.push(`line < $${params.push(before)}::bigint`);
  const { rows } = await db.query<Omit<StoredLogLine, 'at'> & { at: Date }>(
    `select line, at, level, message, task from run_log where run_id = $1 and ${conditions.join(' and ')}
     order by line ${before === undefined ? 'asc' : 'desc'} limit $4`,
    params,
  );
  if (before !== undefined) rows.reverse();
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}

/** Counts the lines of a run's log up to `lastLine` that match the filter, by level. */
export async function countLogLines(
  db: Queryable,
  runId: string,
  filter: Pick<LogFilter, 'task' | 'q'> & { readonly lastLine: number },
): Promise<Record<LogLineLevel, number>> {
  const params: unknown[] = [runId, filter.lastLine];
  const conditions = ['run_id = $1', 'line <= $2', ...createContentConditions(filter, params)];
  const { rows } = await db.query<{ level: LogLineLevel; lines: number }>(
    `select level, count(*) as lines from run_log where ${conditions.join(' and ')} group by level`,
    params,
  );
  return { debug: 0, info: 0, warning: 0, error: 0, ...Object.fromEntries(rows.map((row) => [row.level, row.lines])) };
}

/** Returns the number of the last line in a run's log, or 0 if the log is empty. */
export async function findLastLine(db: Queryable, runId: string): Promise<number> {
  const { rows } = await db.query<{ line: number }>(
    'select line from run_log where run_id = $1 order by line desc limit 1',
    [runId],
  );
  return rows[0]?.line ?? 0;
}

function createContentConditions({ task, q }: Pick<LogFilter, 'task' | 'q'>, params: unknown[]): string[] {
  return [
    ...(task === undefined ? [] : [`task = $${params.push(task)}`]),
    ...(q === undefined ? [] : [`strpos(lower(message), (select lower($${params.push(q)}))) > 0`]),
  ];
}
