import type { Readable, Writable } from 'node:stream';
import { openQueue } from './queue/boss-queue.js';
import { requeueUnfinished } from './queue/requeue-unfinished.js';
import { exportDatabase } from './store/export-import/export-database.js';
import { importDatabase } from './store/export-import/import-database.js';
import { withStore, type StoreOptions } from './with-store.js';

/**
 * Exports a store's database to a stream. The export can be imported into either backend, by this version or a newer one. It does
 * not contain large files or outputs. To back them up, copy `<dataDir>/blobs`.
 *
 * @throws `DataDirInUseError` if the embedded database is in use.
 * @example
 * ```ts
 * await exportStore({ dataDir: './data' }, createWriteStream('backup.jsonl'));
 * ```
 */
export function exportStore(options: StoreOptions, output: Writable): Promise<{ rows: number }> {
  return withStore(options, async (db) => ({ rows: await exportDatabase(db, output) }));
}

/**
 * Imports the output of `exportStore` into an empty store, and requeues unfinished runs.
 *
 * @throws `DataDirInUseError` if the embedded database is in use. Also throws if the store is not empty, or if the stream is damaged,
 * truncated or from a newer version. The store is then unchanged.
 */
export function importStore(options: StoreOptions, input: Readable): Promise<{ rows: number }> {
  return withStore(options, async (db) => {
    const rows = await importDatabase(db, input);
    // forget which data directory belongs to the database, because the files may have moved; the next server or worker records its own
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
