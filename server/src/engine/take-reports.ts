import type { ReportedRun, RunReport } from 'millrace/types/run-report.js';
import type { Queryable } from '../store/db.js';
import {
  insertReportedRuns,
  lockReportedRuns,
  readReportedTasks,
  saveReportedRuns,
  saveReportedTasks,
  touchReportedRuns,
  type NewReportedRun,
  type ReportedRunRow,
  type ReportedTaskRow,
} from '../store/reported-runs.js';
import { insertLogLines } from '../store/run-logs.js';
import type { EngineContext } from './engine-context.js';
import { foldReports, type FoldedRun } from './fold-reports.js';
import { announceRuns } from './notify-run.js';

export interface ReportBatch {
  /** Whoever reports. A run takes reports of the one that created it, or resumed it last. */
  readonly reporter: string | null;
  readonly reports: readonly RunReport[];
  /** Runs that go on, though there is nothing to report of them. */
  readonly alive: readonly string[];
}

/**
 * Records what a program says of its runs, all of it or nothing. Sent again it changes nothing.
 *
 * @returns For each run that it is about, what counts and what is to be done; in one answer, whatever the run's fate.
 */
export async function takeReports(
  context: EngineContext,
  accountId: string,
  batch: ReportBatch,
): Promise<Record<string, ReportedRun>> {
  // progress, log lines and signs of life are not worth a wait for the disk
  const durable = batch.reports.some(({ type }) => type !== 'progress' && type !== 'log');
  return context.db.tx((tx) => take(context, tx, accountId, batch), { durable });
}

async function take(
  context: EngineContext,
  tx: Queryable,
  accountId: string,
  { reporter, reports, alive }: ReportBatch,
): Promise<Record<string, ReportedRun>> {
  const now = context.clock.now();
  const byRun = groupByRun(reports);
  await createRuns(context, tx, accountId, reporter, reports);
  const runs = await lockReportedRuns(tx, accountId, [...new Set([...byRun.keys(), ...alive])]);
  const own = [...byRun].flatMap(([id, of]) => {
    const run = runs.get(id);
    return run && isReporterOf(run, reporter) ? [{ run, reports: of }] : [];
  });
  const folded = await fold(context, tx, own);
  await save(tx, folded, now);
  const silent = new Set([...byRun.keys(), ...alive]);
  for (const { run, isChanged } of folded) if (isChanged) silent.delete(run.id);
  if (silent.size > 0) await touchReportedRuns(tx, accountId, reporter, { ids: [...silent] }, now);
  return answerFor([...byRun.keys(), ...alive], runs, reporter);
}

function groupByRun(reports: readonly RunReport[]): Map<string, RunReport[]> {
  const groups = new Map<string, RunReport[]>();
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
  reports: readonly RunReport[],
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
  own: readonly { run: ReportedRunRow; reports: readonly RunReport[] }[],
): Promise<FoldedRun[]> {
  const wanted = own.flatMap(({ run, reports }) => {
    const keys = new Set(reports.flatMap((report) => ('key' in report ? [report.key] : [])));
    return [...keys].map((key) => ({ runId: run.id, key }));
  });
  const tasks = await readReportedTasks(tx, wanted);
  const tasksOf = new Map<string, Map<string, (typeof tasks)[number]>>();
  for (const { run } of own) tasksOf.set(run.id, new Map());
  for (const task of tasks) tasksOf.get(task.runId)?.set(task.key, task);
  return own.map(({ run, reports }) => {
    const folded: FoldedRun = {
      run,
      tasks: tasksOf.get(run.id) ?? new Map<string, ReportedTaskRow>(),
      changedTasks: new Set(),
      lines: [],
      isChanged: false,
    };
    foldReports(folded, reports, context.reporting.maxLogLines);
    return folded;
  });
}

async function save(tx: Queryable, folded: readonly FoldedRun[], now: Date): Promise<void> {
  const changed = folded.filter(({ isChanged }) => isChanged);
  if (changed.length === 0) return;
  await saveReportedTasks(
    tx,
    changed.flatMap(({ changedTasks }) => [...changedTasks]),
  );
  await insertLogLines(
    tx,
    changed.flatMap(({ lines }) => lines),
  );
  const saved = await saveReportedRuns(
    tx,
    changed.map(({ run }) => run),
    now,
  );
  await announceRuns(tx, saved);
}

function isReporterOf(run: ReportedRunRow, reporter: string | null): boolean {
  return run.reporter === null || run.reporter === reporter;
}

function answerFor(
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
