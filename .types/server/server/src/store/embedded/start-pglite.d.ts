import { PGlite } from '@electric-sql/pglite';
import type { PgliteProgram } from './compile-pglite.js';
import { SyncedNodeFs } from './synced-node-fs.js';
/**
 * Opens the database in the directory, or creates it if the directory is empty.
 *
 * @param onStop Called with PostgreSQL's last error if PostgreSQL stops during a statement. The callback must end the thread,
 *   because PGlite would otherwise keep calling functions of the stopped module.
 */
export declare function startPglite(directory: string, program: PgliteProgram | undefined, onStop: (reason: string) => void): Promise<{
    pglite: PGlite;
    fileSystem: SyncedNodeFs;
}>;
/** Checks at each start that commits are synced to disk, because the fsync hook depends on PGlite internals. */
export declare function refuseUnsynced(pglite: PGlite, fileSystem: {
    readonly syncs: number;
}): Promise<void>;
