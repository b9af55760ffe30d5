import type { Readable, Writable } from 'node:stream';
import { openQueue } from './queue/boss-queue.js';
import { requeueUnfinished } from './queue/requeue-unfinished.js';
import { exportDatabase } from './store/export-import/export-database.js';
import { importDatabase } from './store/export-import/import-database.js';
import { withStore, type StoreOptions } from './with-store.js';

/**
 * Exports a store's database to a stream. The export can be imported into either backend, by this version or a newer one. It contains
 * only small files. To back up the others, copy `<dataDir>/blobs`.
 *
 * @throws `DataDirInUseError` if a server is using the embedded database.
 * @example
 * ```ts
 * await exportStore({ dataDir: './data' }, createWriteStream('backup.jsonl'));
 * ```
 */
export function exportStore(options: StoreOptions, output: Writable): Promise<{ rows: number }> {
  return withStore(options, async (db) => ({ rows: await exportDatabase(db, output) }));
}

/**
 * Imports the output of `exportStore` into an empty store, and queues unfinished runs.
 *
 * @throws If the store is not empty, or if the stream is damaged, truncated or from a newer version. The store is then unchanged.
 */
export function importStore(options: StoreOptions, input: Readable): Promise<{ rows: number }> {
  return withStore(options, async (db) => {
    const rows = await importDatabase(db, input);
    // the files may be in a different directory now, so the next server to start claims its data directory
    await db.query(`delete from setting where name = 'files_id'`);
    const queue = await openQueue(db);
    try {
      await requeueUnfinished(db, queue);
    } finally {
      await queue.close();
    }
    return { rows };
  });
}
