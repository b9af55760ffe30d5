export type EngineErrorCode =
  'validation' | 'not_found' | 'chain_conflict' | 'already_exists' | 'conflict' | 'too_many_runs' | 'gone';

/** A refusal of the engine: the message is for the user, the code for programs. */
export class EngineError extends Error {
  override readonly name = 'EngineError';

  constructor(
    readonly code: EngineErrorCode,
    message: string,
  ) {
    super(message);
  }
}
