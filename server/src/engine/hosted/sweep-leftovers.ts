import type { Logger } from '../../system/logger.js';
import type { EngineContext } from '../engine-context.js';
import { deleteOrphanedContents } from '../../store/tables/blob-contents.js';
import { claimDataDir } from './data-dir-owner.js';

/**
 * Sweeps the data directory immediately and then every `minAgeMs` milliseconds. A sweep removes the temporary files, scratch directories
 * and unreferenced blobs that a crash left behind, unless the directory belongs to another database. A sweep also deletes the small
 * blobs of deleted files from the database.
 *
 * @param minAgeMs The minimum age of the files to remove, in milliseconds. Must exceed the duration of any upload or step.
 * @returns A function that stops the sweeps and waits for the current sweep to end.
 */
export function startLeftoverSweep(
  context: EngineContext,
  dataDir: string,
  minAgeMs: number,
  logger: Logger,
): () => Promise<void> {
  const sweep = async () => {
    await deleteOrphanedContents(context.db);
    if (await claimDataDir(context.db, dataDir)) {
      await context.blobs.sweep({
        olderThanMs: minAgeMs,
        // only one process can use the embedded database, so temporary files and scratch directories of earlier processes are unused
        isOnlyProcess: context.db.backend === 'pglite',
        findKeysInUse: (keys) => findReferencedKeys(context, keys),
      });
    } else {
      logger.warn('the files in the data directory belong to another database, so leftover files are not removed', {
        dataDir,
      });
    }
  };
  const sweepSafely = () =>
    sweep().catch((error: unknown) => logger.warn('failed to remove leftover files', { error: String(error) }));
  let current = sweepSafely();
  const timer = setInterval(() => {
    current = current.then(sweepSafely);
  }, minAgeMs).unref();
  return async () => {
    clearInterval(timer);
    await current;
  };
}

async function findReferencedKeys(context: EngineContext, keys: string[]): Promise<Set<string>> {
  const { rows } = await context.db.query<{ key: string }>(
    `select key from unnest($1::text[]) as candidate(key) where key in (
       select input_blob from file union all select output_blob from file union all select output_blob from task_run
       union all select snippets_blob from task_run)`,
    [keys],
  );
  return new Set(rows.map((row) => row.key));
}
