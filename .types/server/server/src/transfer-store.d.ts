import type { Readable, Writable } from 'node:stream';
import { type SettingsInput } from './settings/config.js';
/** Selects a store: the embedded database in a data directory, or a PostgreSQL server. */
export type StoreOptions = Pick<SettingsInput, 'dataDir' | 'databaseUrl'>;
/**
 * Writes a store's database to a stream, in a format that does not depend on the backend or version. The contents of files are
 * not included, so copy `<dataDir>/blobs` too.
 *
 * @throws `DataDirInUseError` if a server is using the embedded database.
 * @example
 * ```ts
 * await exportStore({ dataDir: './data' }, createWriteStream('backup.jsonl'));
 * ```
 */
export declare function exportStore(options: StoreOptions, output: Writable): Promise<{
    rows: number;
}>;
/**
 * Imports the output of `exportStore` into an empty store, and queues unfinished runs.
 *
 * @throws If the store is not empty, or if the stream is damaged, truncated or from a newer version. The store is then unchanged.
 */
export declare function importStore(options: StoreOptions, input: Readable): Promise<{
    rows: number;
}>;
