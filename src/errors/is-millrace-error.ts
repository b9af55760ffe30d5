import type { ErrorCode } from '../shared/types/error-code.js';
import type {
  ApiError,
  AuthenticationError,
  ForbiddenError,
  NotFinishedError,
  NotFoundError,
  RateLimitError,
} from './api-error.js';
import type { ConfigurationError } from './configuration-error.js';
import type { ConnectionError, TimeoutError } from './connection-error.js';
import { errorBrand, type MillraceError } from './millrace-error.js';
import type { ProcessFailedError } from './process-failed-error.js';
import type { IntegrityError, ResponseShapeError } from './response-error.js';
import type { RunFailedError } from './run-failed-error.js';
import type { SaveError } from './save-error.js';
import type { ChainError, ValidationError } from './validation-error.js';
import type { WaitTimeoutError } from './wait-timeout-error.js';
import type { WebhookError } from './webhook-error.js';

interface ErrorByCode extends Record<ErrorCode, MillraceError> {
  configuration: ConfigurationError;
  validation: ValidationError;
  chain: ChainError;
  api: ApiError;
  authentication: AuthenticationError;
  forbidden: ForbiddenError;
  not_found: NotFoundError;
  not_finished: NotFinishedError;
  rate_limit: RateLimitError;
  connection: ConnectionError;
  timeout: TimeoutError;
  process_failed: ProcessFailedError;
  run_failed: RunFailedError;
  wait_timeout: WaitTimeoutError;
  save: SaveError;
  integrity: IntegrityError;
  response_shape: ResponseShapeError;
  webhook: WebhookError;
}

/**
 * Returns whether a value is an error from this package and, if a code is given, has that code. A code also narrows the type to the error's
 * class. The function recognizes errors from both the ESM and the CJS copy of the package. An error posted from a worker thread is cloned
 * to a plain `Error`, which is not recognized. Post `error.toJSON()` instead.
 *
 * @example
 * ```ts
 * try {
 *   await pipeline.process('./lease.pdf');
 * } catch (error) {
 *   if (isMillraceError(error, 'wait_timeout')) console.log('still running:', error.requestId, error.lastStatus?.state);
 *   else throw error;
 * }
 * ```
 */
export function isMillraceError<K extends ErrorCode>(
  error: unknown,
  code: K,
): error is ErrorByCode[K] & { readonly code: K };
export function isMillraceError(error: unknown): error is MillraceError;
export function isMillraceError(error: unknown, code?: ErrorCode): boolean {
  if (typeof error !== 'object' || error === null || !(errorBrand in error)) return false;
  return code === undefined || (error as { code?: unknown }).code === code;
}
