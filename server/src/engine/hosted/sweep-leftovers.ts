import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../system/logger.js';
import type { EngineContext } from '../engine-context.js';
import { lastingValue } from '../../store/tables/lasting-value.js';

/**
 * Removes what a crash left in the data directory: half-written files, and whole ones that no row refers to. Looks at the start
 * and every `ageMs` from then on.
 *
 * @param ageMs How old a file is at least before it may go: longer than any upload or step takes.
 * @returns Stops it, and waits for the look that is under way.
 */
export function startLeftoverSweep(
  context: EngineContext,
  dataDir: string,
  ageMs: number,
  logger: Logger,
): () => Promise<void> {
  const look = async () => {
    if (await ownsFiles(context, dataDir)) {
      await context.blobs.sweep({ olderThanMs: ageMs, isKnown: (keys) => findKnown(context, keys) });
    } else {
      logger.warn('the files in the data directory belong to another database, so leftovers are not looked for', {
        dataDir,
      });
    }
  };
  const guarded = () =>
    look().catch((error: unknown) => logger.warn('the look for leftover files failed', { error: String(error) }));
  let pass = guarded();
  const timer = setInterval(() => {
    pass = pass.then(guarded);
  }, ageMs).unref();
  return async () => {
    clearInterval(timer);
    await pass;
  };
}

/** A database takes the files that no other has taken: to one that does not know them, all of them would be leftovers. */
async function ownsFiles(context: EngineContext, dataDir: string): Promise<boolean> {
  const id = await lastingValue(context.db, 'store_id', randomUUID);
  const path = join(dataDir, 'store-id');
  await writeFile(path, id, { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error;
  });
  return (await readFile(path, 'utf8')) === id;
}

async function findKnown(context: EngineContext, keys: string[]): Promise<Set<string>> {
  const { rows } = await context.db.query<{ key: string }>(
    `select key from unnest($1::text[]) as candidate(key) where key in (
       select input_blob from file union all select output_blob from file union all select output_blob from task_run
       union all select snippets_blob from task_run)`,
    [keys],
  );
  return new Set(rows.map((row) => row.key));
}
