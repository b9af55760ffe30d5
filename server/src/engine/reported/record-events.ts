import type { ReportedRun, RunEvent } from 'millrace/shared/runs/run-event.js';
import type { Queryable } from '../../store/db/db.js';
import {
  findVisibleRuns,
  insertReportedRuns,
  lockReportedRuns,
  readReportedTasks,
  saveReportedRuns,
  saveReportedTasks,
  touchReportedRuns,
  wpipeReporter,
  type NewReportedRun,
  type ReportedRunRow,
  type ReportedTaskRow,
} from '../../store/tables/reported-runs.js';
import { allowsName, type Access } from '../../store/tables/access.js';
import { insertLogLines } from '../../store/tables/run-logs.js';
import { countOpenRuns } from '../../store/tables/runs.js';
import type { EngineContext } from '../engine-context.js';
import { EngineError, explainNameNotAllowed } from '../engine-error.js';
import { foldEvents, findNeededTaskKeys, type FoldedRun } from './fold-events.js';
import { hasTimedOut } from './reopen-timed-out.js';
import { notifyRunsChanged } from '../notify-run.js';
import { cancelHostedDescendants } from '../hosted/cancel-hosted-descendants.js';
import { queueRunDeliveries } from '../queue-deliveries.js';

/** The events and heartbeats in one request from a program. */
interface ProgramReport {
  /**
   * Identifies the reporting program; `null` if the program sends no id. A run accepts events only from the program that created, claimed
   * or most recently resumed it.
   */
  readonly reporter: string | null;
  readonly events: readonly RunEvent[];
  /** The ids of runs that are still in progress but have no new events. */
  readonly alive: readonly string[];
}

/**
 * Records a program's events and heartbeats in one transaction. Ignores events that have already been recorded.
 *
 * @returns By run id, the sequence number of the latest recorded event, the run's state, and whether the program should stop. The state is
 * `null` if the run does not exist or is not visible, or if another program reports it.
 * @throws `EngineError` `forbidden` if the request may use neither a new run's name nor the name of any of its ancestors. `details.runs`
 * contains the ids of all rejected runs.
 */
export async function recordEvents(
  context: EngineContext,
  access: Access,
  report: ProgramReport,
): Promise<Record<string, ReportedRun>> {
  // losing progress, log lines or heartbeats in a power failure is acceptable, so they do not need a durable commit
  const isDurable = report.events.some(({ type }) => type !== 'progress' && type !== 'log');
  return context.db.tx((tx) => recordInTransaction(context, tx, access, report), { durable: isDurable });
}

async function recordInTransaction(
  context: EngineContext,
  tx: Queryable,
  access: Access,
  { reporter, events, alive }: ProgramReport,
): Promise<Record<string, ReportedRun>> {
  const now = context.clock.now();
  const eventsByRun = groupByRun(events);
  await createRuns(context, tx, access, reporter, events);
  const ids = [...new Set([...eventsByRun.keys(), ...alive])];
  const runs = await lockReportedRuns(tx, access, ids);
  const folded = await foldAll(context, tx, runs, eventsByRun, reporter, now);
  await saveFoldedRuns(context, tx, folded, now);
  for (const { run } of folded) runs.set(run.id, run);
  const changed = new Set(folded.map(({ run }) => run.id));
  const unchanged = ids.filter((id) => !changed.has(id));
  if (unchanged.length > 0) await touchReportedRuns(tx, access, reporter, { ids: unchanged }, now);
  return buildResponse(ids, runs, reporter);
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

/** Creates the runs of `run-created` events. Runs beyond the limit on unfinished runs are not recorded, but their programs continue. */
async function createRuns(
  context: EngineContext,
  tx: Queryable,
  access: Access,
  reporter: string | null,
  events: readonly RunEvent[],
): Promise<void> {
  const newRuns = new Map<string, NewReportedRun>();
  for (const event of events) {
    if (event.type !== 'run-created' || event.kind === 'hosted' || newRuns.has(event.run)) continue;
    const { run: id, kind, of, version, name, input, parent, worker, at: createdAt } = event;
    newRuns.set(id, { id, kind, of, version, name, input, parent, worker, createdAt });
  }
  if (newRuns.size === 0) return;
  await assertNamesAllowed(tx, access, newRuns);
  const remainingRuns = context.maxOpenRuns - (await countOpenRuns(tx, access.account, context.maxOpenRuns));
  await insertReportedRuns(tx, access, reporter, [...newRuns.values()].slice(0, remainingRuns), context.clock.now());
}

/** Checks that the request may use the name of each new run, or of one of its ancestors. @throws `EngineError` `forbidden` if not. */
async function assertNamesAllowed(
  tx: Queryable,
  access: Access,
  newRuns: ReadonlyMap<string, NewReportedRun>,
): Promise<void> {
  const disallowed = [...newRuns.values()].filter(({ of }) => !allowsName(access, of));
  if (disallowed.length === 0) return;
  const parents = disallowed.map(({ parent }) => parent);
  const visible = new Set(await findVisibleRuns(tx, access, parents));
  const refused = disallowed.filter((run) => {
    const visited = new Set<string>();
    for (let { id, parent } = run; parent !== null && !visited.has(id);) {
      if (visible.has(parent)) return false;
      const next = newRuns.get(parent);
      if (!next) return true;
      if (allowsName(access, next.of)) return false;
      visited.add(id);
      ({ id, parent } = next);
    }
    return true;
  });
  const [firstRefused] = refused;
  if (firstRefused)
    throw new EngineError('forbidden', explainNameNotAllowed(access, firstRefused.of), {
      runs: refused.map(({ id }) => id),
    });
}

async function foldAll(
  context: EngineContext,
  tx: Queryable,
  runs: ReadonlyMap<string, ReportedRunRow>,
  eventsByRun: ReadonlyMap<string, readonly RunEvent[]>,
  reporter: string | null,
  now: Date,
): Promise<FoldedRun[]> {
  const accepted = [...runs.values()].flatMap((run) => {
    const events = eventsByRun.get(run.id) ?? [];
    // after a timeout, a heartbeat reopens the run even without events
    const hasChanges = events.length > 0 || hasTimedOut(run);
    return hasChanges && acceptsEvents(run, reporter, events)
      ? [{ run, events, keys: findNeededTaskKeys(run, events) }]
      : [];
  });
  const tasks = await readReportedTasks(
    tx,
    accepted.map(({ run, keys }) => ({ runId: run.id, ...(keys && { keys }) })),
  );
  const tasksByRun = new Map<string, ReportedTaskRow[]>(accepted.map(({ run }) => [run.id, []]));
  for (const task of tasks) tasksByRun.get(task.runId)?.push(task);
  return accepted.flatMap(({ run, events }) => {
    const { maxLogLines } = context.reporting;
    const folded = foldEvents(run, tasksByRun.get(run.id) ?? [], events, reporter, maxLogLines, now);
    return folded ? [folded] : [];
  });
}

/**
 * Saves changed runs with their tasks and log lines, sends notifications, and queues webhook deliveries for the runs that the events ended.
 * If an ended run is cancelled, or its cancellation was requested, also cancels its hosted descendants.
 */
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
  await notifyRunsChanged(tx, await saveReportedRuns(tx, runs, now));
  const ended = folded.filter(({ hasEnded }) => hasEnded).map(({ run }) => run.id);
  await queueRunDeliveries(context, tx, ended);
  const cancelled = folded.filter(
    ({ hasEnded, run }) => hasEnded && (run.state === 'cancelled' || run.cancelRequested),
  );
  await cancelHostedDescendants(
    context,
    tx,
    cancelled.map(({ run }) => run.id),
  );
}

/**
 * Returns whether a run accepts a program's events. By resuming a run that the request's key may change, a program can take it over from
 * another program, even if the other program still sends heartbeats. Runs that workers claim cannot be taken over.
 */
function acceptsEvents(run: ReportedRunRow, reporter: string | null, events: readonly RunEvent[]): boolean {
  if (isReportedBy(run, reporter)) return true;
  if (run.served) return false;
  return (
    run.canChange && events.some(({ type, sequence }) => type === 'run-resumed' && sequence > run.reportedSequence)
  );
}

/**
 * Returns whether `reporter` identifies the program that reports the run. Only that program knows the id, so the request's key does not
 * matter, with two exceptions:
 * - All wpipe programs share one id, so the key must also be allowed to change the run.
 * - A run without a reporter id accepts any program whose key may change the run, unless workers claim the run.
 */
function isReportedBy(run: ReportedRunRow, reporter: string | null): boolean {
  if (run.served) return run.reporter !== null && run.reporter === reporter;
  if (run.reporter === null) return run.canChange;
  return run.reporter === reporter && (run.canChange || reporter !== wpipeReporter);
}

function buildResponse(
  ids: readonly string[],
  runs: ReadonlyMap<string, ReportedRunRow>,
  reporter: string | null,
): Record<string, ReportedRun> {
  return Object.fromEntries(
    ids.map((id): [string, ReportedRun] => {
      const run = runs.get(id);
      if (!run || !isReportedBy(run, reporter)) return [id, { sequence: 0, state: null, cancel: false }];
      return [id, { sequence: run.reportedSequence, state: run.state, cancel: run.cancelRequested }];
    }),
  );
}
