import { PoolDb } from '../db/pool-db.js';
/** The embedded database, which runs on its own thread. */
export interface PgliteDatabase {
    readonly db: PoolDb;
    /** Returns how many times the database has synced to disk since it was opened. */
    syncs(): Promise<number>;
}
interface PgliteOptions {
    /** If set, the directory is opened after this promise resolves. PGlite is compiled in the meantime. */
    readonly after?: Promise<unknown>;
    /** Called if the database stops unexpectedly. All later statements fail. */
    readonly onFailure?: (error: Error) => void;
    /** Called when closing starts, while the database still accepts statements. */
    readonly beforeClose?: () => Promise<void>;
    /** Called after the database has closed, even if closing failed. */
    readonly onClosed?: () => Promise<void>;
}
/** Opens the cluster in the directory, creating it if necessary. The caller must hold the data directory's lock. */
export declare function openPgliteDatabase(directory: string, options?: PgliteOptions): Promise<PgliteDatabase>;
export {};
