import { inspectError } from './inspect-error.js';
import type { ErrorCode } from '../shared/types/error-code.js';

/** The same symbol in every copy of the package, whatever its format and version. */
export const errorBrand = Symbol.for('millrace.error');

/** The options of every error of this package, besides its message. */
export interface MillraceErrorOptions {
  requestId?: string | undefined;
  retryable?: boolean | undefined;
  /** It is printed and serialised with the error, so it must not carry a request, which has the key in it. */
  cause?: unknown;
}

/**
 * The base class of every error that this package throws itself. The reason of an aborted signal and errors of your callbacks
 * are passed on unchanged. Check errors with {@link isMillraceError}, which also works across two copies of the package.
 */
export abstract class MillraceError extends Error {
  abstract readonly code: ErrorCode;
  /** The id of the request or the run, to quote to the server's operator. */
  readonly requestId: string | undefined;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;

  constructor(message: string, options: MillraceErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.requestId = options.requestId;
    this.retryable = options.retryable ?? false;
  }

  static {
    Object.defineProperty(this.prototype, errorBrand, { value: true });
    Object.defineProperty(this.prototype, Symbol.for('nodejs.util.inspect.custom'), { value: inspectError });
  }

  /** Returns everything but the stack, as plain data. */
  toJSON(): Record<string, unknown> {
    const { name, code, message, requestId, retryable } = this;
    return { name, code, message, ...(requestId !== undefined && { requestId }), retryable };
  }
}
