export type EngineErrorCode =
  | 'validation'
  | 'not_found'
  | 'chain_conflict'
  | 'already_exists'
  | 'conflict'
  | 'too_many_runs'
  | 'too_many_uploads'
  | 'gone'
  | 'forbidden';

/** Thrown when the engine rejects a request. The message is for users, and the code is for programs. */
export class EngineError extends Error {
  override readonly name = 'EngineError';

  constructor(
    readonly code: EngineErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** Returns the error for a run that does not exist in the account. */
export function noSuchRun(runId: string): EngineError {
  return new EngineError('not_found', `there is no run ${runId}: it never existed, was deleted or has expired`);
}
