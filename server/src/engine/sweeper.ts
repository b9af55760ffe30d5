import { deleteOldBatches } from '../store/tables/batches/batches.js';
import { deleteOldBulkJobs } from '../store/tables/bulk-jobs.js';
import { deleteOldChanges, trimChanges } from '../store/tables/audit.js';
import { closeAbandonedBatches } from './batches/end-batch.js';
import { announceDeletionSql } from './notify-run.js';
import { deleteExpiredSessions } from '../store/tables/sessions.js';
import { deleteOldDeliveries } from '../store/tables/webhooks/webhook-deliveries.js';
import { deleteOldWorkers } from '../store/tables/workers.js';
import type { EngineContext } from './engine-context.js';
import { crashExhaustedRuns } from './hosted/fail-step.js';
import { partialPrefix, removalBatchSize, removeFiles } from './hosted/remove-files.js';
import { HeartbeatTimeout } from './reported/heartbeat-timeout.js';
import { Leases } from './served/leases.js';

const hour = 3_600_000;
const day = 24 * hour;
const deliveryRetentionMs = 7 * day;
const bulkRetentionMs = 7 * day;
const batchRetentionMs = 7 * day;

/** The maximum number of runs to delete in one transaction. */
const maxDeletedRuns = 200;

/**
 * Deletes expired files, unused reservations, the blobs in the trash, and old idempotency keys, sessions, webhook deliveries, bulk jobs,
 * runs, workers and audit log entries. Ends runs that lost too many workers, that no worker claimed in time, or whose heartbeat timed
 * out. Requeues the other runs of lost workers.
 */
async function sweep(context: EngineContext, heartbeatTimeout: HeartbeatTimeout, leases: Leases): Promise<void> {
  const now = context.clock.now();
  const reservedBefore = new Date(now.getTime() - context.reservationSeconds * 1000);
  await removeFilesWhere(context, 'expires_at <= $1 order by expires_at', now);
  await removeFilesWhere(context, "state = 'reserved' and reserved_at <= $1 order by reserved_at", reservedBefore);
  await context.db.query('delete from idempotency where created_at <= $1', [new Date(now.getTime() - day)]);
  await deleteExpiredSessions(context.db, now);
  await deleteOldDeliveries(context.db, new Date(now.getTime() - deliveryRetentionMs));
  await deleteOldBulkJobs(context.db, new Date(now.getTime() - bulkRetentionMs));
  await crashExhaustedRuns(context);
  await leases.check();
  await heartbeatTimeout.crashTimedOut();
  await deleteOldRuns(context);
  await emptyTrash(context);
}

/** Trims the audit log, closes abandoned batches and deletes old batches. */
async function sweepHourly(context: EngineContext): Promise<void> {
  await trimChanges(context.db);
  await closeAbandonedBatches(context);
  await deleteOldBatches(context.db, new Date(context.clock.now().getTime() - batchRetentionMs));
}

async function removeFilesWhere(context: EngineContext, where: string, cutoff: Date): Promise<void> {
  for (let removed = removalBatchSize; removed === removalBatchSize;) {
    const ids = await context.db.tx((tx) => removeFiles(context, tx, where, [cutoff], { skipLocked: true }));
    removed = ids.length;
  }
}

/**
 * Deletes reported runs past their retention period, with their task runs, logs and subflows. Then deletes audit log entries past the
 * period, and workers that have no runs and were not seen within it. Does nothing if the period is unlimited.
 */
async function deleteOldRuns({ db, clock, reporting }: EngineContext): Promise<void> {
  if (reporting.retentionMs === 0) return;
  const cutoff = new Date(clock.now().getTime() - reporting.retentionMs);
  for (let deleted = maxDeletedRuns; deleted === maxDeletedRuns;) {
    const { affected } = await db.query(
      `with old as (
         select id, sequence, account_id, of, batch_id, finished_at from run
         where kind <> 'hosted' and finished_at is not null and seen_at <= $1
         order by seen_at limit ${maxDeletedRuns} for update skip locked
       ), announced as (
         select id, ${announceDeletionSql()} from old
       )
       delete from run where id in (select id from announced)`,
      [cutoff],
    );
    deleted = affected;
  }
  await deleteOldWorkers(db, cutoff);
  await deleteOldChanges(db, cutoff);
}

/** Deletes the blobs in the trash. Each blob is deleted before its trash row, so that a crash cannot leak the blob. */
async function emptyTrash(context: EngineContext): Promise<void> {
  const started = context.clock.now();
  let failed = 0;
  for (;;) {
    // use an update instead of a select: some transactions that moved blobs to the trash are not durable, and the commit of this
    // durable update syncs them too
    const { rows } = await context.db.query<{ key: string }>(
      `update blob_trash set at = at where key = any(array(
         select key from blob_trash where at <= $1 order by at, key offset $2 limit 500
       )) returning key`,
      [started, failed],
    );
    const keys = rows.map((row) => row.key);
    if (keys.length === 0) break;
    const outcomes = await Promise.allSettled(keys.map((key) => deleteTrashed(context, key)));
    const deleted = keys.filter((_, i) => outcomes[i]?.status === 'fulfilled');
    await context.db.query('delete from blob_trash where key = any($1)', [deleted]);
    // skip blobs that could not be deleted; the next sweep retries them
    failed += keys.length - deleted.length;
  }
  if (failed > 0) throw new Error(`${failed} files in the data directory could not be deleted`);
}

async function deleteTrashed({ blobs }: EngineContext, key: string): Promise<void> {
  if (key.startsWith(partialPrefix)) await blobs.partial(key.slice(partialPrefix.length)).delete();
  else await blobs.delete(key);
}

/**
 * Starts a sweep every `intervalMs` milliseconds, unless the previous sweep is still running.
 *
 * @returns A function that stops the sweeper and waits for the current sweep to end.
 */
export function startSweeper(
  context: EngineContext,
  intervalMs: number,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let currentSweep: Promise<void> = Promise.resolve();
  let isIdle = true;
  const heartbeatTimeout = new HeartbeatTimeout(context);
  const leases = new Leases(context);
  let nextHourlySweep = 0;
  const timer = setInterval(() => {
    if (!isIdle) return;
    isIdle = false;
    // finding the audit log entries beyond the limit is slow, and few entries are added in an hour
    const isHourlySweepDue = performance.now() >= nextHourlySweep;
    if (isHourlySweepDue) nextHourlySweep = performance.now() + hour;
    currentSweep = sweep(context, heartbeatTimeout, leases)
      .then(() => (isHourlySweepDue ? sweepHourly(context) : undefined))
      .catch(onError)
      .finally(() => {
        isIdle = true;
      });
  }, intervalMs).unref();
  return async () => {
    clearInterval(timer);
    await currentSweep;
  };
}
