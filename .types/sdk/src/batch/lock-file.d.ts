import { type ProcessIdentity } from '../shared/runtime/process-identity.js';
/** Thrown if a running process holds the lock. */
export declare class LockedError extends Error {
    readonly name = "LockedError";
    readonly holder: ProcessIdentity;
    constructor(holder: ProcessIdentity);
}
/**
 * A lock file that identifies the process holding the lock. If that process was killed, another process takes over the lock.
 */
export declare class LockFile {
    #private;
    private constructor();
    /** Acquires the lock. @throws `LockedError`, or a file system error. */
    static acquire(path: string): Promise<LockFile>;
    release(): Promise<void>;
}
