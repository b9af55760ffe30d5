import { forgetDeliveries } from '../store/tables/webhook-deliveries.js';
import type { EngineContext } from './engine-context.js';
import { crashExhausted } from './hosted/fail-step.js';
import { removalBatch, removeFiles } from './hosted/remove-files.js';
import { forgetOldRuns, SilenceWatch } from './reported/watch-over-runs.js';

const day = 86_400_000;
const deliveriesKeptMs = 7 * day;

/**
 * Wipes what has expired: files, unused reservations, old idempotency keys, old runs; ends the runs of programs that went silent;
 * and deletes the blobs of what is gone.
 */
export async function sweep(context: EngineContext, silence: SilenceWatch): Promise<void> {
  const now = context.clock.now();
  const abandoned = new Date(now.getTime() - context.reservationSeconds * 1000);
  const expired = "expires_at <= $1 or (state = 'reserved' and reserved_at <= $2)";
  for (let removed = removalBatch; removed === removalBatch;) {
    const gone = await context.db.tx((tx) => removeFiles(context, tx, expired, [now, abandoned], { skipLocked: true }));
    removed = gone.length;
  }
  await context.db.query('delete from idempotency where created_at <= $1', [new Date(now.getTime() - day)]);
  await forgetDeliveries(context.db, new Date(now.getTime() - deliveriesKeptMs));
  await crashExhausted(context);
  await silence.crashSilent();
  await forgetOldRuns(context);
  await emptyTrash(context);
}

/** Deletes blobs that no row refers to any more: first the file, then the note of it, so that a crash forgets nothing. */
export async function emptyTrash(context: EngineContext): Promise<void> {
  const started = context.clock.now();
  let failed = 0;
  for (;;) {
    // a write, so that what put them there is on the disk before they are gone from it: steps end without waiting for that
    const { rows } = await context.db.query<{ key: string }>(
      `with oldest as (select key from blob_trash where at <= $1 order by at, key offset $2 limit 500)
       update blob_trash set at = blob_trash.at from oldest where blob_trash.key = oldest.key returning blob_trash.key`,
      [started, failed],
    );
    const keys = rows.map((row) => row.key);
    if (keys.length === 0) break;
    const outcomes = await Promise.allSettled(keys.map((key) => context.blobs.delete(key)));
    const gone = keys.filter((_, i) => outcomes[i]?.status === 'fulfilled');
    await context.db.query('delete from blob_trash where key = any($1)', [gone]);
    // what cannot be deleted is stepped over, and tried again by the next sweep
    failed += keys.length - gone.length;
  }
  if (failed > 0) throw new Error(`${failed} files in the data directory could not be deleted`);
}

/** Runs the sweep every `intervalMs`, one at a time, until it is stopped. */
export function startSweeper(
  context: EngineContext,
  intervalMs: number,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let idle = true;
  const silence = new SilenceWatch(context);
  const timer = setInterval(() => {
    if (!idle) return;
    idle = false;
    running = sweep(context, silence)
      .catch(onError)
      .finally(() => {
        idle = true;
      });
  }, intervalMs).unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
