import { type Writable } from 'node:stream';
import type { Db } from '../db/db.js';
/**
 * Writes a snapshot of all the server's data, then ends the stream. Queue jobs are excluded; after an import,
 * `requeueUnfinished` recreates them. Files and outputs are not stored in the database, so copy the blobs as well.
 *
 * @returns The number of exported rows.
 * @example
 * ```ts
 * await exportDatabase(db, createWriteStream('millrace.jsonl'));
 * ```
 */
export declare function exportDatabase(db: Db, output: Writable): Promise<number>;
