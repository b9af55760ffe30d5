import type { EngineContext } from './engine-context.js';
import { crashExhausted } from './fail-step.js';
import { removeFiles } from './remove-files.js';

const day = 86_400_000;

/** Wipes what has expired: files, unused reservations, old idempotency keys; and deletes the blobs of what is gone. */
export async function sweep(context: EngineContext): Promise<void> {
  const now = context.clock.now();
  const abandoned = new Date(now.getTime() - context.reservationSeconds * 1000);
  await context.db.tx(async (tx) => {
    await removeFiles(context, tx, "expires_at <= $1 or (state = 'reserved' and reserved_at <= $2)", [now, abandoned]);
    await tx.query('delete from idempotency where created_at <= $1', [new Date(now.getTime() - day)]);
  });
  await crashExhausted(context);
  await emptyTrash(context);
}

/** Deletes blobs that no row refers to any more: first the file, then the note of it, so that a crash forgets nothing. */
export async function emptyTrash(context: EngineContext): Promise<void> {
  for (;;) {
    const { rows } = await context.db.query<{ key: string }>('select key from blob_trash limit 500');
    if (rows.length === 0) return;
    const keys = rows.map((row) => row.key);
    await Promise.all(keys.map((key) => context.blobs.delete(key)));
    await context.db.query('delete from blob_trash where key = any($1)', [keys]);
  }
}

/** Runs the sweep every `intervalMs`, one at a time, until it is stopped. */
export function startSweeper(
  context: EngineContext,
  intervalMs: number,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let idle = true;
  const timer = setInterval(() => {
    if (!idle) return;
    idle = false;
    running = sweep(context)
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
