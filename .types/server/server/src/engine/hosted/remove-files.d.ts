import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
/** The maximum number of files to remove in one transaction. A longer transaction would block others for too long. */
export declare const removalBatch = 100;
/**
 * Deletes up to {@link removalBatch} files along with their runs, postings (by a trigger) and blobs (via the trash). Requests
 * waiting for the runs are notified.
 *
 * @param where An SQL condition on `file`.
 * @param params The condition's parameters.
 * @param options `skipLocked` skips files locked by another transaction; a later sweep deletes them.
 * @returns The ids of the deleted files.
 */
export declare function removeFiles(context: EngineContext, tx: Queryable, where: string, params: readonly unknown[], { skipLocked }?: {
    skipLocked?: boolean;
}): Promise<string[]>;
/**
 * Deletes a file in the same way as {@link removeFiles}, unless the file is being processed.
 *
 * @returns Whether the file was deleted.
 */
export declare function removeIdleFile(context: EngineContext, accountId: string, fileId: string): Promise<boolean>;
