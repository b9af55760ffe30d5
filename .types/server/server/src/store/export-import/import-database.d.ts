import type { Readable } from 'node:stream';
import type { Db } from '../db/db.js';
import { type Migration } from '../db/migrations.js';
/**
 * Imports an export into an empty database, in one transaction. The export can come from either backend, and from this
 * version of the server or an older one.
 *
 * @returns The number of imported rows.
 * @throws If the database already contains data, or if the export is corrupted, truncated, or from a newer version.
 * @example
 * ```ts
 * await importDatabase(db, createReadStream('millrace.jsonl'));
 * await requeueUnfinished(db, queue);
 * ```
 */
export declare function importDatabase(db: Db, input: Readable, migrations?: readonly Migration[]): Promise<number>;
