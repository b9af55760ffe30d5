import { deleteOldBatches } from '../store/tables/batches/batches.js';
import { deleteOldBulkJobs } from '../store/tables/bulk-jobs.js';
import { deleteOldAuditEntries, trimAuditLog } from '../store/tables/audit.js';
import { closeAbandonedBatches } from './batches/end-batch.js';
import { notifyRunDeletedSql } from './notify-run.js';
import { deleteExpiredSessions } from '../store/tables/sessions.js';
import { deleteOldDeliveries } from '../store/tables/webhooks/webhook-deliveries.js';
import { deleteOldWorkers } from '../store/tables/workers.js';
import type { EngineContext } from './engine-context.js';
import { markDeadLetterRunsCrashed } from './hosted/fail-step.js';
import { partialPrefix, removalBatchSize, removeFiles } from './hosted/remove-files.js';
import { HeartbeatMonitor } from './reported/heartbeat-monitor.js';
import { LeaseMonitor } from './served/lease-monitor.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const deliveryRetentionMs = 7 * dayMs;
const bulkJobRetentionMs = 7 * dayMs;
const batchRetentionMs = 7 * dayMs;

/** The maximum number of runs to delete in one transaction. */
const maxDeletedRuns = 200;

/**
 * Deletes expired files and sessions, unused reservations, the blobs in the trash, and old idempotency keys, webhook deliveries, bulk
 * jobs, runs, workers and audit log entries. Ends runs that lost too many workers, that no worker claimed in time, or whose heartbeat timed
 * out. Requeues the other runs of lost workers.
 */
async function sweep(
  context: EngineContext,
  heartbeatMonitor: HeartbeatMonitor,
  leaseMonitor: LeaseMonitor,
): Promise<void> {
  const now = context.clock.now();
  const reservedBefore = new Date(now.getTime() - context.reservationSeconds * 1000);
  await removeFilesWhere(context, 'expires_at <= $1 order by expires_at', now);
  await removeFilesWhere(context, "state = 'reserved' and reserved_at <= $1 order by reserved_at", reservedBefore);
  await context.db.query('delete from idempotency where created_at <= $1', [new Date(now.getTime() - dayMs)]);
  await deleteExpiredSessions(context.db, now);
  await deleteOldDeliveries(context.db, new Date(now.getTime() - deliveryRetentionMs));
  await deleteOldBulkJobs(context.db, new Date(now.getTime() - bulkJobRetentionMs));
  await markDeadLetterRunsCrashed(context);
  await leaseMonitor.check();
  await heartbeatMonitor.markTimedOutRunsCrashed();
  await applyRetentionPeriod(context);
  await emptyTrash(context);
}

/**
 * Trims the audit log, closes abandoned batches and deletes old batches. Runs only once an hour, because finding the audit log entries
 * beyond the limit is slow.
 */
async function runHourlySweep(context: EngineContext): Promise<void> {
  await trimAuditLog(context.db);
  await closeAbandonedBatches(context);
  await deleteOldBatches(context.db, new Date(context.clock.now().getTime() - batchRetentionMs));
}

async function removeFilesWhere(context: EngineContext, where: string, cutoff: Date): Promise<void> {
  for (let removedCount = removalBatchSize; removedCount === removalBatchSize;) {
    const ids = await context.db.tx((tx) => removeFiles(context, tx, where, [cutoff], { skipLocked: true }));
    removedCount = ids.length;
  }
}

/**
 * Deletes reported runs that are past the retention period, with their task runs, logs and subflows. Also deletes audit log entries older
 * than the period, and workers without runs that have sent no heartbeat during the period. Does nothing if the period is unlimited.
 */
async function applyRetentionPeriod({ db, clock, reporting }: EngineContext): Promise<void> {
  if (reporting.retentionMs === 0) return;
  const cutoff = new Date(clock.now().getTime() - reporting.retentionMs);
  for (let deletedCount = maxDeletedRuns; deletedCount === maxDeletedRuns;) {
    const { affected } = await db.query(
      `with old as (
         select id, sequence, account_id, of, batch_id, finished_at from run
         where kind <> 'hosted' and finished_at is not null and seen_at <= $1
         order by seen_at limit ${maxDeletedRuns} for update skip locked
       ), notified as (
         select id, ${notifyRunDeletedSql()} from old
       )
       delete from run where id in (select id from notified)`,
      [cutoff],
    );
    deletedCount = affected;
  }
  await deleteOldWorkers(db, cutoff);
  await deleteOldAuditEntries(db, cutoff);
}

/** Deletes the blobs in the trash. Each blob is deleted before its trash row, so that a crash cannot leak the blob. */
async function emptyTrash(context: EngineContext): Promise<void> {
  const startedAt = context.clock.now();
  let failedCount = 0;
  for (;;) {
    // use an update instead of a select: its commit also makes the transactions that trashed the blobs durable, so that a power failure
    // cannot undo these transactions after the blobs are deleted
    const { rows } = await context.db.query<{ key: string }>(
      `update blob_trash set at = at where key = any(array(
         select key from blob_trash where at <= $1 order by at, key offset $2 limit 500
       )) returning key`,
      [startedAt, failedCount],
    );
    const keys = rows.map((row) => row.key);
    if (keys.length === 0) break;
    const outcomes = await Promise.allSettled(keys.map((key) => deleteTrashedBlob(context, key)));
    const deletedKeys = keys.filter((_, i) => outcomes[i]?.status === 'fulfilled');
    await context.db.query('delete from blob_trash where key = any($1)', [deletedKeys]);
    // skip blobs that could not be deleted; the next sweep retries them
    failedCount += keys.length - deletedKeys.length;
  }
  if (failedCount > 0) throw new Error(`${failedCount} files in the data directory could not be deleted`);
}

async function deleteTrashedBlob({ blobs }: EngineContext, key: string): Promise<void> {
  if (key.startsWith(partialPrefix)) await blobs.getPartial(key.slice(partialPrefix.length)).delete();
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
  const heartbeatMonitor = new HeartbeatMonitor(context);
  const leaseMonitor = new LeaseMonitor(context);
  let nextHourlySweepAt = 0;
  const timer = setInterval(() => {
    if (!isIdle) return;
    isIdle = false;
    const isHourlySweepDue = performance.now() >= nextHourlySweepAt;
    if (isHourlySweepDue) nextHourlySweepAt = performance.now() + hourMs;
    currentSweep = sweep(context, heartbeatMonitor, leaseMonitor)
      .then(() => (isHourlySweepDue ? runHourlySweep(context) : undefined))
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
