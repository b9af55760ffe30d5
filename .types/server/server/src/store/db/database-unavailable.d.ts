/** Why the database cannot run statements. `closed` means that this process is shutting down. */
type UnavailableReason = 'unreachable' | 'disk_full' | 'closed';
/** Thrown when the database cannot run a statement for a reason that has nothing to do with the statement. */
export declare class DatabaseUnavailableError extends Error {
    readonly name = "DatabaseUnavailableError";
    readonly reason: UnavailableReason;
    /** Whether the statement, or the commit, may have taken effect. */
    readonly mayHaveApplied: boolean;
    constructor(message: string, { reason, mayHaveApplied, cause }: {
        reason: UnavailableReason;
        mayHaveApplied?: boolean;
        cause?: unknown;
    });
}
/**
 * Returns a {@link DatabaseUnavailableError} if the error says that the database is away or full, and any other error unchanged.
 *
 * @param commits Whether the statement's effects would have been committed.
 */
export declare function explainUnavailable(error: unknown, commits: boolean): unknown;
export {};
