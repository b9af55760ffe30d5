import { formatValue } from 'millrace/shared/rules/format-value.js';
import type { Access } from '../store/tables/access.js';

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
    /** Machine-readable details. */
    readonly details?: unknown,
  ) {
    super(message);
  }
}

/** Returns the error for a run that does not exist or is not visible. */
export function noSuchRun(runId: string): EngineError {
  return new EngineError('not_found', `there is no run ${runId}: it never existed, was deleted or has expired`);
}

/** Returns the error for an idempotency key that was already used for a different request. */
export function idempotencyKeyReused(): EngineError {
  return new EngineError(
    'conflict',
    'this Idempotency-Key was already used for a different request; use a new key for each call',
  );
}

/** The maximum number of names in a message. */
const maxShownNames = 10;

/** Returns the error message for a pipeline, flow or task that a key may not use, because the key is restricted to other names. */
export function explainNameNotAllowed({ names }: Pick<Access, 'names'>, name: string): string {
  const allowed = names ?? [];
  const more = allowed.length > maxShownNames ? ` and ${allowed.length - maxShownNames} more` : '';
  return (
    `This key is limited to the names ${allowed.slice(0, maxShownNames).join(', ')}${more}, but the request uses ${formatValue(name)}. ` +
    'Ask an admin for another key.'
  );
}

/** Returns the error for a run that would exceed the account's limit on unfinished runs. */
export function tooManyRuns(limit: number): EngineError {
  return new EngineError(
    'too_many_runs',
    `the account has ${limit} unfinished runs, which is the limit; start more once some have ended`,
  );
}
