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

interface EventBatch {
  /** The reporting program. A run accepts events only from the program that created it or last resumed it. */
  readonly reporter: string | null;
  readonly events: readonly RunEvent[];
  /** Runs that are still in progress but have no new events. */
  readonly alive: readonly string[];
}

/**
 * Records a batch of a program's events in one transaction. Recording the same batch again changes nothing.
 *
 * @returns For each run in the batch, the last applied event's sequence, the run's state, and whether the program should stop.
 */
export async function recordEvents(
  context: EngineContext,
  accountId: string,
  batch: EventBatch,
): Promise<Record<string, ReportedRun>> {
  // progress, log lines and heartbeats may be lost in a power failure, so they do not need a durable commit
  const durable = batch.events.some(({ type }) => type !== 'progress' && type !== 'log');
  return context.db.tx((tx) => record(context, tx, accountId, batch), { durable });
}

async function record(
  context: EngineContext,
  tx: Queryable,
  accountId: string,
  { reporter, events, alive }: EventBatch,
): Promise<Record<string, ReportedRun>> {
  const now = context.clock.now();
  const byRun = groupByRun(events);
  await createRuns(context, tx, accountId, reporter, events);
  const ids = [...new Set([...byRun.keys(), ...alive])];
  const runs = await lockReportedRuns(tx, accountId, ids);
  const folded = await fold(context, tx, runs, byRun, reporter);
  await saveFoldedRuns(context, tx, folded, now);
  for (const { run } of folded) runs.set(run.id, run);
  const changed = new Set(folded.map(({ run }) => run.id));
  const unchanged = ids.filter((id) => !changed.has(id));
  if (unchanged.length > 0) await touchReportedRuns(tx, accountId, reporter, { ids: unchanged }, now);
  return responseFor(ids, runs, reporter);
}

function groupByRun(events: readonly RunEvent[]): Map<string, RunEvent[]> {
  const groups = new Map<string, RunEvent[]>();
  for (const event of events) {
    const group = groups.get(event.run);
    if (group) group.push(event);
    else groups.set(event.run, [event]);
  }
  return groups;
}

/** Creates a batch's new runs. Runs that exceed the limit on unfinished runs are not recorded, but their programs continue. */
async function createRuns(
  context: EngineContext,
  tx: Queryable,
  accountId: string,
  reporter: string | null,
  events: readonly RunEvent[],
): Promise<void> {
  const created = new Map<string, NewReportedRun>();
  for (const event of events) {
    if (event.type !== 'run-created' || event.kind === 'hosted' || created.has(event.run)) continue;
    const { run: id, kind, of, version, name, input, parent, worker, at: createdAt } = event;
    created.set(id, { id, kind, of, version, name, input, parent, worker, createdAt });
  }
  if (created.size === 0) return;
  const { rows } = await tx.query<{ open: number }>(
    'select count(*) as open from (select 1 from run where account_id = $1 and finished_at is null limit $2) open',
    [accountId, context.maxOpenRuns],
  );
  const available = context.maxOpenRuns - (rows[0]?.open ?? 0);
  await insertReportedRuns(tx, accountId, reporter, [...created.values()].slice(0, available), context.clock.now());
}

async function fold(
  context: EngineContext,
  tx: Queryable,
  runs: ReadonlyMap<string, ReportedRunRow>,
  byRun: ReadonlyMap<string, readonly RunEvent[]>,
  reporter: string | null,
): Promise<FoldedRun[]> {
  const accepted = [...byRun].flatMap(([id, events]) => {
    const run = runs.get(id);
    return run && acceptsEvents(run, reporter, events) ? [{ run, events, keys: tasksToFold(run, events) }] : [];
  });
  const tasks = await readReportedTasks(
    tx,
    accepted.map(({ run, keys }) => ({ runId: run.id, ...(keys && { keys }) })),
  );
  const tasksByRun = new Map<string, TaskStatus[]>(accepted.map(({ run }) => [run.id, []]));
  for (const task of tasks) tasksByRun.get(task.runId)?.push(task);
  return accepted.flatMap(({ run, events }) => {
    const { maxLogLines } = context.reporting;
    const folded = foldEvents(run, tasksByRun.get(run.id) ?? [], events, reporter, maxLogLines);
    return folded ? [folded] : [];
  });
}

/** Saves the runs that events changed and announces the changes. */
export async function saveFoldedRuns(
  context: EngineContext,
  tx: Queryable,
  folded: readonly FoldedRun[],
  now: Date,
): Promise<void> {
  if (folded.length === 0) return;
  const tasks = folded.flatMap((change) => change.tasks);
  const lines = folded.flatMap((change) => change.lines);
  const runs = folded.map(({ run }) => run);
  await saveReportedTasks(tx, tasks);
  await insertLogLines(tx, lines);
  await announceRuns(tx, await saveReportedRuns(tx, runs, now));
  const ended = folded.filter(({ hasEnded }) => hasEnded).map(({ run }) => run.id);
  await queueWebhooks(context, tx, ended);
}

/** Whether a run accepts a program's events. A program that resumes a run takes it over, even from one that seems to be alive. */
function acceptsEvents(run: ReportedRunRow, reporter: string | null, events: readonly RunEvent[]): boolean {
  if (isReporterOf(run, reporter)) return true;
  return events.some(({ type, sequence }) => type === 'run-resumed' && sequence > run.reportedSequence);
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
