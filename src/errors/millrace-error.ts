import { errorBrand } from './error-brand.js';
import { inspectError } from './inspect-error.js';
import type { ErrorCode } from '../shared/types/error-code.js';

/** What every error of this package is made of, besides its message. */
export interface MillraceErrorOptions {
  requestId?: string | undefined;
  retryable?: boolean | undefined;
  /** Printed and serialised with the error: never an object that carries a request, and with it the key. */
  cause?: unknown;
}

/**
 * The base of every error that this package makes itself. Reasons of an aborted signal and errors of your own callbacks
 * pass through as they are. Tell them apart by {@link isMillraceError}, which also works across two copies of the package.
 */
export abstract class MillraceError extends Error {
  abstract readonly code: ErrorCode;
  /** The id to quote to whoever runs the server. */
  readonly requestId: string | undefined;
  /** Whether the same call is worth making again. */
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

  /** Everything but the stack, as plain data. */
  toJSON(): Record<string, unknown> {
    const { name, code, message, requestId, retryable } = this;
    return { name, code, message, ...(requestId !== undefined && { requestId }), retryable };
  }
}
