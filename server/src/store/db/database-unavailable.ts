/**
 * Why the database cannot run statements. `unreachable` includes transient errors such as deadlocks. `closed` means that this process
 * has closed the database.
 */
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
 * The SQLSTATEs of transient errors: the connection failed; the server is starting, stopping, failing over, out of connections or not
 * accepting connections; or the transaction conflicted with another one.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const transientSqlStates = /^(08...|25006|40001|40P01|53300|53400|55000|57P0[1-5])$/;
const diskFullSqlState = '53100';

/** Node's error codes for a connection that could not be opened or that was lost. */
const connectionErrorCodes =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|ENOENT)$/;

/** Matches node-postgres's error message for a connection that was lost during a statement. The error has no code. */
const lostConnectionMessage = /^Connection terminated unexpectedly/;
/** Matches node-postgres's error messages for statements that were not sent, because there was no connection. The errors have no code. */
const noConnectionMessage =
  /^(Connection terminated|timeout e|Client (has encountered a connection error|was closed)|Cannot use a pool after)/;

/**
 * Returns a {@link DatabaseUnavailableError} if the database is unavailable or its disk is full. Returns any other error unchanged.
 *
 * @param wouldCommit Whether the statement would have committed changes if it had succeeded, like `commit` or a statement outside a
 * transaction.
 */
export function wrapIfUnavailable(error: unknown, wouldCommit: boolean): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseUnavailableError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === diskFullSqlState) {
    return new DatabaseUnavailableError("The database's disk is full.", { reason: 'disk_full', cause: error });
  }
  const isConnectionError =
    connectionErrorCodes.test(code) || (code === '' && lostConnectionMessage.test(error.message));
  if (!isConnectionError && !transientSqlStates.test(code) && !(code === '' && noConnectionMessage.test(error.message)))
    return error;
  return new DatabaseUnavailableError(`The database is not available: ${error.message}`, {
    reason: 'unreachable',
    mayHaveApplied: isConnectionError && wouldCommit,
    cause: error,
  });
}
