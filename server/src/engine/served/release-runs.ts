import type { KnownRunError } from 'millrace/shared/runs/run-status.js';
import { insertLogLines, numberLogLine } from '../../store/tables/run-logs.js';
import { visibleRunSql, type Access } from '../../store/tables/access.js';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
import { notifyRunsChanged } from '../notify-run.js';
import { cancelHostedDescendants } from '../hosted/cancel-hosted-descendants.js';
import { endRun } from '../hosted/end-run.js';
import { reopenTasks } from './reopen-tasks.js';
import { notifyProcessesLost, notifyRunsWaiting } from './claim-notifier.js';

interface ClaimedRunRow {
  readonly id: string;
  readonly account_id: string;
  readonly of: string;
  readonly reporter: string;
  readonly attempt: number;
  readonly losses: number;
  readonly max_losses: number;
  readonly is_cancelled: boolean;
}

/** The columns of a {@link ClaimedRunRow}. */
const claimedColumns = `id, account_id, of, reporter, attempt, losses, max_losses, cancel_requested_at is not null as is_cancelled`;

/**
 * Requeues runs that a worker claimed but will not finish, for example because it is closing. A release does not count as a lost worker.
 * Runs whose cancellation was requested are cancelled instead.
 *
 * @param reporter Identifies the worker's process. Runs that another process has claimed are ignored.
 * @returns The number of released runs.
 */
export async function releaseRuns(
  context: EngineContext,
  access: Access,
  reporter: string,
  runIds: readonly string[],
): Promise<number> {
  return context.db.tx(async (tx) => {
    const params = [access.account, runIds, reporter];
    const { rows } = await tx.query<ClaimedRunRow>(
      `select ${claimedColumns} from run where account_id = $1 and id = any($2) and served and waits is null and reporter = $3
         and finished_at is null and ${visibleRunSql(access, params)} order by id for update`,
      params,
    );
    await requeueRuns(context, tx, rows, { isLoss: false, message: () => 'The worker released the run' });
    return rows.length;
  });
}

/** The maximum number of runs to requeue in one transaction. */
const maxRequeuedRuns = 200;

/**
 * Requeues claimed runs that have had no heartbeat since `silentSince`. A run whose cancellation was requested is cancelled instead, and a
 * run that has lost too many workers is marked as crashed.
 *
 * @returns The number of runs whose worker was lost.
 */
export async function requeueRunsOfLostWorkers(context: EngineContext, silentSince: Date): Promise<number> {
  let count = 0;
  for (let hasMore = true; hasMore;) {
    const lostCount = await context.db.tx(async (tx) => {
      const { rows } = await tx.query<ClaimedRunRow>(
        `select ${claimedColumns} from run where served and waits is null and finished_at is null and seen_at <= $1
         order by id limit ${maxRequeuedRuns} for update skip locked`,
        [silentSince],
      );
      await requeueRuns(context, tx, rows, {
        isLoss: true,
        message: ({ attempt }) => `The worker of attempt ${attempt} was lost: it stopped sending heartbeats`,
      });
      return rows.length;
    });
    count += lostCount;
    hasMore = lostCount === maxRequeuedRuns;
  }
  return count;
}

interface RequeueOptions {
  /** Whether the workers were lost. If false, they released the runs. */
  readonly isLoss: boolean;
  /** Returns the message to append to a run's log. */
  readonly message: (run: ClaimedRunRow) => string;
}

async function requeueRuns(
  context: EngineContext,
  tx: Queryable,
  runs: readonly ClaimedRunRow[],
  { isLoss, message }: RequeueOptions,
): Promise<void> {
  if (runs.length === 0) return;
  const now = context.clock.now();
  const { maxLogLines } = context.reporting;
  const addedLosses = isLoss ? 1 : 0;
  const { rows } = await tx.query<{ id: string; sequence: number; line: number }>(
    `update run set waits = 'worker', reporter = null, state = 'pending', sequence = sequence + 1, seen_at = $2, losses = losses + $3,
       log_lines = least(log_lines + 1, $4)
     where id = any($1) returning id, sequence, log_lines as line`,
    [runs.map(({ id }) => id), now, addedLosses, maxLogLines],
  );
  await reopenTasks(
    tx,
    runs.map(({ id }) => id),
  );
  const runById = new Map(runs.map((run) => [run.id, run]));
  const lines = rows.flatMap(({ id, line }) => {
    const run = runById.get(id);
    if (!run) return [];
    const logLine = {
      at: now.toISOString(),
      level: isLoss ? 'warning' : 'info',
      message: message(run),
      task: null,
    } as const;
    return [numberLogLine({ runId: id, line, maxLogLines }, logLine)];
  });
  await insertLogLines(tx, lines);
  await notifyRunsChanged(
    tx,
    rows.map((row) => ({ ...row, state: 'pending' as const })),
  );
  for (const run of runs) {
    const end = decideEnd(run, addedLosses);
    if (end) await endRun(context, tx, { runId: run.id, ...end });
    if (end?.state === 'cancelled') await cancelHostedDescendants(context, tx, [run.id]);
  }
  const runsByAccount = new Map<string, ClaimedRunRow[]>();
  for (const run of runs) runsByAccount.set(run.account_id, [...(runsByAccount.get(run.account_id) ?? []), run]);
  for (const [accountId, group] of runsByAccount) {
    if (isLoss) await notifyProcessesLost(tx, accountId, [...new Set(group.map(({ reporter }) => reporter))]);
    await notifyRunsWaiting(tx, accountId, [...new Set(group.map(({ of }) => of))]);
  }
}

/**
 * Returns the final state and error if the run must end, or `undefined` if a worker can claim the run again.
 *
 * @param addedLosses The number of losses to add to `run.losses`.
 */
function decideEnd(
  run: ClaimedRunRow,
  addedLosses: number,
): { state: 'cancelled' | 'crashed'; error: KnownRunError } | undefined {
  if (run.is_cancelled) return { state: 'cancelled', error: { code: 'cancelled', message: 'the run was cancelled' } };
  const losses = run.losses + addedLosses;
  if (losses < run.max_losses) return undefined;
  const message =
    losses === 1
      ? `the worker was lost while it executed attempt ${run.attempt} of the run`
      : `${losses} workers were lost while they executed the run, most recently during attempt ${run.attempt}`;
  return { state: 'crashed', error: { code: 'worker_lost', message } };
}
