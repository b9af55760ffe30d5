import type { LogLine } from 'millrace/shared/runs/run-event.js';
import { insertLogLines, numberLogLine } from '../../store/tables/run-logs.js';
import type { EngineContext } from '../engine-context.js';
import { runChannel } from '../notify-run.js';

/** Appends lines to a run's log. Drops lines beyond the maximum number per run. Does nothing if the run was deleted. */
export async function appendLog(
  { db, reporting }: EngineContext,
  runId: string,
  lines: readonly LogLine[],
): Promise<void> {
  await db.tx(async (tx) => {
    const { rows } = await tx.query<{ lineCount: number }>(
      'select log_lines as "lineCount" from run where id = $1 for update',
      [runId],
    );
    const lineCount = rows[0]?.lineCount;
    if (lineCount === undefined) return;
    const accepted = lines.slice(0, Math.max(0, reporting.maxLogLines - lineCount));
    const { maxLogLines } = reporting;
    const numbered = accepted.map((line, i) => numberLogLine({ runId, line: lineCount + i + 1, maxLogLines }, line));
    await insertLogLines(tx, numbered);
    await tx.query(
      `with updated as (
         update run set log_lines = log_lines + $2, sequence = sequence + 1 where id = $1 returning id, sequence, state
       )
       select pg_notify('${runChannel}', id || ' ' || sequence || ' ' || state) from updated`,
      [runId, accepted.length],
    );
  });
}
