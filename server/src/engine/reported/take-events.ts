import type { ReportedRun, RunEvent } from 'millrace/shared/runs/run-event.js';
import type { TaskStatus } from 'millrace/shared/runs/run-status.js';
import type { Queryable } from '../../store/db/db.js';
import {
  insertReportedRuns,
  lockReportedRuns,
  readReportedTasks,
  saveReportedRuns,
  saveReportedTasks,
  touchReportedRuns,
  type NewReportedRun,
  type ReportedRunRow,
} from '../../store/tables/reported-runs.js';
import { insertLogLines } from '../../store/tables/run-logs.js';
import type { EngineContext } from '../engine-context.js';
import { foldEvents, tasksToFold, type FoldedRun } from './fold-events.js';
import { announceRuns } from '../notify-run.js';
import { queueWebhooks } from '../queue-webhooks.js';

export interface EventBatch {
  /** Whoever reports. A run takes reports of the one that created it, or resumed it last. */
  readonly reporter: string | null;
  readonly reports: readonly RunEvent[];
  /** Runs that go on, though there is nothing to report of them. */
  readonly alive: readonly string[];
}

/**
 * Records what a program says of its runs, all of it or nothing. Sent again it changes nothing.
 *
 * @returns For each run that it is about, what counts and what is to be done; in one answer, whatever the run's fate.
 */
export async function takeEvents(
  context: EngineContext,
  accountId: string,
  batch: EventBatch,
): Promise<Record<string, ReportedRun>> {
  // progress, log lines and signs of life are not worth a wait for the disk
  const durable = batch.reports.some(({ type }) => type !== 'progress' && type !== 'log');
  return context.db.tx((tx) => take(context, tx, accountId, batch), { durable });
}

async function take(
  context: EngineContext,
  tx: Queryable,
  accountId: string,
  { reporter, reports, alive }: EventBatch,
): Promise<Record<string, ReportedRun>> {
  const now = context.clock.now();
  const byRun = groupByRun(reports);
  await createRuns(context, tx, accountId, reporter, reports);
  const ids = [...new Set([...byRun.keys(), ...alive])];
  const runs = await lockReportedRuns(tx, accountId, ids);
  const folded = await fold(context, tx, runs, byRun, reporter);
  await saveFoldedRuns(context, tx, folded, now);
  for (const { run } of folded) runs.set(run.id, run);
  const changed = new Set(folded.map(({ run }) => run.id));
  const others = ids.filter((id) => !changed.has(id));
  if (others.length > 0) await touchReportedRuns(tx, accountId, reporter, { ids: others }, now);
  return responseFor(ids, runs, reporter);
}

function groupByRun(reports: readonly RunEvent[]): Map<string, RunEvent[]> {
  const groups = new Map<string, RunEvent[]>();
  for (const report of reports) {
    const group = groups.get(report.run);
    if (group) group.push(report);
    else groups.set(report.run, [report]);
  }
  return groups;
}

/** Above the limit of unfinished runs new ones are not taken up: their programs go on unheard. */
async function createRuns(
  context: EngineContext,
  tx: Queryable,
  accountId: string,
  reporter: string | null,
  reports: readonly RunEvent[],
): Promise<void> {
  const created = new Map<string, NewReportedRun>();
  for (const report of reports) {
    if (report.type !== 'run-created' || report.kind === 'hosted' || created.has(report.run)) continue;
    const { run: id, kind, of, version, name, input, parent, worker, at: createdAt } = report;
    created.set(id, { id, kind, of, version, name, input, parent, worker, createdAt });
  }
  if (created.size === 0) return;
  const { rows } = await tx.query<{ open: number }>(
    'select count(*) as open from (select 1 from run where account_id = $1 and finished_at is null limit $2) open',
    [accountId, context.maxOpenRuns],
  );
  const room = context.maxOpenRuns - (rows[0]?.open ?? 0);
  await insertReportedRuns(tx, accountId, reporter, [...created.values()].slice(0, room), context.clock.now());
}

async function fold(
  context: EngineContext,
  tx: Queryable,
  runs: ReadonlyMap<string, ReportedRunRow>,
  byRun: ReadonlyMap<string, readonly RunEvent[]>,
  reporter: string | null,
): Promise<FoldedRun[]> {
  const own = [...byRun].flatMap(([id, reports]) => {
    const run = runs.get(id);
    return run && mayReport(run, reporter, reports) ? [{ run, reports, keys: tasksToFold(run, reports) }] : [];
  });
  const tasks = await readReportedTasks(
    tx,
    own.map(({ run, keys }) => ({ runId: run.id, ...(keys && { keys }) })),
  );
  const byId = new Map<string, TaskStatus[]>(own.map(({ run }) => [run.id, []]));
  for (const task of tasks) byId.get(task.runId)?.push(task);
  return own.flatMap(({ run, reports }) => {
    const { maxLogLines } = context.reporting;
    const folded = foldEvents(run, byId.get(run.id) ?? [], reports, reporter, maxLogLines);
    return folded ? [folded] : [];
  });
}

/** Writes what reports made of runs, and announces it. */
export async function saveFoldedRuns(
  context: EngineContext,
  tx: Queryable,
  folded: readonly FoldedRun[],
  now: Date,
): Promise<void> {
  if (folded.length === 0) return;
  const tasks = folded.flatMap((of) => of.tasks);
  const lines = folded.flatMap((of) => of.lines);
  const runs = folded.map(({ run }) => run);
  await saveReportedTasks(tx, tasks);
  await insertLogLines(tx, lines);
  await announceRuns(tx, await saveReportedRuns(tx, runs, now));
  const ended = folded.filter(({ hasEnded }) => hasEnded).map(({ run }) => run.id);
  await queueWebhooks(context, tx, ended);
}

/** A program that resumes a run makes it its own, also when the server has not noticed yet that the former one is gone. */
function mayReport(run: ReportedRunRow, reporter: string | null, reports: readonly RunEvent[]): boolean {
  if (isReporterOf(run, reporter)) return true;
  return reports.some(({ type, sequence }) => type === 'run-resumed' && sequence > run.reportedSequence);
}

function isReporterOf(run: ReportedRunRow, reporter: string | null): boolean {
  return run.reporter === null || run.reporter === reporter;
}

function responseFor(
  ids: readonly string[],
  runs: ReadonlyMap<string, ReportedRunRow>,
  reporter: string | null,
): Record<string, ReportedRun> {
  return Object.fromEntries(
    ids.map((id): [string, ReportedRun] => {
      const run = runs.get(id);
      if (!run || !isReporterOf(run, reporter)) return [id, { sequence: 0, state: null, cancel: false }];
      return [id, { sequence: run.reportedSequence, state: run.state, cancel: run.cancelRequested }];
    }),
  );
}
