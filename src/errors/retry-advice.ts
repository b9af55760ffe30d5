import { ApiError } from './api-error.js';
import { ConnectionError } from './connection-error.js';

interface RetryAdvice {
  readonly requestId?: string | undefined;
  readonly fileId?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  /** Sentences to append to the error's message. The last line can be code. */
  readonly advice: string;
}

/**
 * Adds ids and advice to a retryable `ConnectionError` or `ApiError`, so that the caller can continue later. Returns the same error. Does
 * not change other errors, a `NotFinishedError`, or an error that already has a `requestId`, `fileId` or `idempotencyKey`.
 */
export function addRetryAdvice(error: unknown, { advice, ...ids }: RetryAdvice): unknown {
  const isRequestError = error instanceof ConnectionError || error instanceof ApiError;
  if (!isRequestError || !error.retryable || error.code === 'not_finished') return error;
  if ((error.requestId ?? error.fileId ?? error.idempotencyKey) !== undefined) return error;
  const definedIds = Object.entries(ids).filter(([, id]) => id !== undefined);
  Object.assign(error, Object.fromEntries(definedIds));
  appendToMessage(error, ` ${advice}`);
  return error;
}

/** Appends text to an error's message, and to the copy of the message in its stack. */
export function appendToMessage(error: Error, text: string): void {
  const { message, stack } = error;
  error.message = `${message}${text}`;
  if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
}
