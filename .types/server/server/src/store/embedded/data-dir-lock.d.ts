/** Thrown if another process, or this one, already has the data directory open. */
export declare class DataDirInUseError extends Error {
    readonly name = "DataDirInUseError";
    /** The process that holds the lock. */
    readonly pid: number;
    constructor(message: string, pid: number);
}
/**
 * Ensures that only one process opens a data directory. PGlite itself has no lock, and two instances using one directory would
 * lose each other's commits.
 *
 * Each process first writes its own file to `<dataDir>/lock`, then looks for other files. Therefore, if two processes start at
 * the same time, at least one sees the other's file. A file is removed only once its process is known to have ended, and file
 * names are never reused, so a running process's lock is never removed.
 */
export declare class DataDirLock {
    #private;
    private constructor();
    /** @throws `DataDirInUseError` if another process, or this one, already has the directory open. */
    static acquire(dataDir: string): Promise<DataDirLock>;
    /**
     * Records the address of this process's server. Processes that fail to acquire the lock include this address in their error
     * message, and connect to it to check whether the owner is still running.
     */
    recordServer(host: string, port: number): Promise<void>;
    release(): Promise<void>;
}
