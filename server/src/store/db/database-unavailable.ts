/** Why the database cannot run statements. `closed` means that this process is shutting down. */
type UnavailableReason = 'unreachable' | 'disk_full' | 'closed';

/** Thrown when the database cannot run a statement for a reason unrelated to the statement. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
  readonly reason: UnavailableReason;
  /** Whether the statement, or the commit, may have taken effect. */
  readonly mayHaveApplied: boolean;

  constructor(
    message: string,
    { reason, mayHaveApplied = false, cause }: { reason: UnavailableReason; mayHaveApplied?: boolean; cause?: unknown },
  ) {
    super(message, { cause });
    this.reason = reason;
    this.mayHaveApplied = mayHaveApplied;
  }
}

/**
 * The SQLSTATEs of errors after which the same statement may succeed later: the server is starting, stopping, out of connections, not
 * accepting connections or failing over, or the statement conflicted with another one.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const transientStates = /^(08...|25006|40001|40P01|53300|53400|55000|57P0[1-5])$/;
const diskFull = '53100';

/** Node's error codes for a connection that could not be opened or that was lost. */
const systemErrors =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|ENOENT)$/;

/** The messages of node-postgres's own errors about lost or unopened connections. These errors have no code. */
const lostConnection = /^Connection terminated unexpectedly/;
const noConnection =
  /^(Connection terminated|timeout e|Client (has encountered a connection error|was closed)|Cannot use a pool after)/;

/**
 * Returns a {@link DatabaseUnavailableError} if the error means that the database is unavailable or full, and any other error unchanged.
 *
 * @param commits Whether the statement would have been committed if it had succeeded.
 */
export function explainUnavailable(error: unknown, commits: boolean): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseUnavailableError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === diskFull) {
    return new DatabaseUnavailableError("The database's disk is full.", { reason: 'disk_full', cause: error });
  }
  const isLost = systemErrors.test(code) || (code === '' && lostConnection.test(error.message));
  if (!isLost && !transientStates.test(code) && !(code === '' && noConnection.test(error.message))) return error;
  return new DatabaseUnavailableError(`The database is not available: ${error.message}`, {
    reason: 'unreachable',
    mayHaveApplied: isLost && commits,
    cause: error,
  });
}
