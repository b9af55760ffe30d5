import type { ErrorCode } from '../shared/types/error-code.js';
import type { InspectOptions } from 'node:util';

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

type Inspect = (value: unknown, options: InspectOptions) => string;

/** These repeat the message or are too long to print with every error. Programs can read them. */
const leftOut = ['name', 'message', 'body', 'issues'];

/** Formats an error for consoles: its stack, then each field that adds to the message, on a line of its own. */
function inspectError(this: Error, _depth: number, options: InspectOptions, inspect: Inspect): string {
  const fields = (this as unknown as { toJSON(): Record<string, unknown> }).toJSON();
  const lines = Object.entries(fields)
    .filter(([key]) => !leftOut.includes(key))
    .map(
      ([key, value]) => `  ${key}: ${inspect(value, { ...options, depth: 2, compact: true, breakLength: Infinity })}`,
    );
  if (this.cause instanceof Error) lines.push(`  cause: ${this.cause.message}`);
  const title = `${this.name}: ${this.message}`;
  return `${isInNotebook() ? title : (this.stack ?? title)}\n${lines.join('\n')}`;
}

/** In a notebook cell of tslab the stack has only frames of the kernel and of this package. */
function isInNotebook(): boolean {
  return '__tslab__' in globalThis;
}
