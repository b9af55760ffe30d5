import type { ErrorCode } from '../shared/types/error-code.js';
import type { InspectOptions } from 'node:util';
import { isError } from '../shared/rules/class-of.js';

/** The symbol that marks this package's errors. All copies of the package share it, regardless of module format or version. */
export const errorBrand = Symbol.for('millrace.error');

/** Maps each error class in this package to the symbol that marks its prototype. Users' subclasses have no entry. */
const brandsByClass = new WeakMap<object, symbol>();

/** Makes `instanceof` also accept instances from another copy of the package. Must be called for every subclass in this package. */
export function brandErrorClass(errorClass: { readonly prototype: object }, name: string): void {
  setBrand(errorClass, Symbol.for(`millrace.error.${name}`));
  // set on the prototype too, because the stack's first line is formatted before the field `name` is set
  Object.defineProperty(errorClass.prototype, 'name', { value: name, writable: true, configurable: true });
}

function setBrand(errorClass: { readonly prototype: object }, brand: symbol): void {
  brandsByClass.set(errorClass, brand);
  Object.defineProperty(errorClass.prototype, brand, { value: true });
}

function isInstance(this: object, value: unknown): boolean {
  const brand = brandsByClass.get(this);
  if (brand === undefined) return Function.prototype[Symbol.hasInstance].call(this, value);
  return typeof value === 'object' && value !== null && brand in value;
}

/** Options common to all errors in this package. */
export interface MillraceErrorOptions {
  /** The id of the run that the error is about. */
  requestId?: string | undefined;
  /** The id of the file that the error is about. */
  fileId?: string | undefined;
  /** The id of the failed HTTP exchange. */
  exchangeId?: string | undefined;
  retryable?: boolean | undefined;
  /** The underlying error. Loggers may print or serialize it, so it must not reference a request, which contains the API key. */
  cause?: unknown;
}

/**
 * The base class of this package's error classes. Abort reasons and errors thrown by your callbacks are passed through unchanged.
 * {@link isMillraceError} and `instanceof` work across copies of the package.
 */
export abstract class MillraceError extends Error {
  abstract readonly code: ErrorCode;
  /** The id of the run that the error is about. */
  readonly requestId: string | undefined;
  /** The id of the file that the error is about. */
  readonly fileId: string | undefined;
  /** If set, repeat the call with this `idempotencyKey` to continue where it stopped. */
  readonly idempotencyKey: string | undefined;
  /** The id of the HTTP exchange. Include it when you contact the server's operator. */
  readonly exchangeId: string | undefined;
  /** Whether retrying the same call later may succeed. */
  readonly retryable: boolean;

  constructor(message: string, options: MillraceErrorOptions = {}) {
    const { stackTraceLimit } = Error;
    // `Reflect.set` fails silently if built-in objects are frozen
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit + extraFrameCount);
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
    removeInternalFrames(this, stackTraceLimit);
    this.requestId = options.requestId;
    this.fileId = options.fileId;
    // set later, by `addRetryAdvice`
    this.idempotencyKey = undefined;
    this.exchangeId = options.exchangeId;
    this.retryable = options.retryable ?? false;
  }

  static {
    setBrand(this, errorBrand);
    // `defineProperty` keeps both methods out of the type declarations
    Object.defineProperty(this, Symbol.hasInstance, { value: isInstance });
    Object.defineProperty(this.prototype, Symbol.for('nodejs.util.inspect.custom'), { value: inspectError });
  }

  /** Returns the error as plain data, without the stack. */
  toJSON(): Record<string, unknown> {
    const { name, code, message, requestId, fileId, idempotencyKey, exchangeId, retryable } = this;
    return {
      name,
      code,
      message,
      ...(requestId !== undefined && { requestId }),
      ...(fileId !== undefined && { fileId }),
      ...(idempotencyKey !== undefined && { idempotencyKey }),
      ...(exchangeId !== undefined && { exchangeId }),
      retryable,
    };
  }
}

/** Number of additional stack frames to capture, to make up for the internal frames that are removed later. */
const extraFrameCount = 30;

/**
 * Matches a stack frame of this package, of Node or of a built-in function. In a bundle, this package's frames do not match, because they
 * look like the user's.
 */
const internalFramePattern =
  /(?:[\\/]millrace[\\/]dist[\\/][\w-]+\.cjs|[ (]node:[\w/]+):\d+:\d+\)?$|\((?:index \d+|<anonymous>)\)$/;

/** Removes the internal frames above the user's call, if the stack contains that call. Keeps at most `limit` frames. */
function removeInternalFrames(error: Error, limit: number): void {
  const lines = error.stack?.split('\n') ?? [];
  const firstFrameIndex = lines.findIndex((line) => line.startsWith('    at '));
  if (firstFrameIndex === -1) return;
  const userFrameIndex = lines.findIndex((line, index) => index >= firstFrameIndex && !internalFramePattern.test(line));
  const frames = lines.slice(Math.max(firstFrameIndex, userFrameIndex)).slice(0, limit);
  error.stack = [...lines.slice(0, firstFrameIndex), ...frames].join('\n');
}

type Inspect = (value: unknown, options: InspectOptions) => string;

/** Fields that are not printed, because they repeat the name or message, or are too long. */
const omittedFields = ['name', 'message', 'body', 'issues'];

/**
 * Formats an error for the console: the stack, then one line for each field that is not omitted, and one for the cause if it is an error.
 * In a notebook, the name and the message replace the stack.
 */
function inspectError(this: Error, _depth: number, options: InspectOptions, inspect: Inspect): string {
  const fields = (this as unknown as { toJSON(): Record<string, unknown> }).toJSON();
  const lines = Object.entries(fields)
    .filter(([key]) => !omittedFields.includes(key))
    .map(
      ([key, value]) => `  ${key}: ${inspect(value, { ...options, depth: 2, compact: true, breakLength: Infinity })}`,
    );
  if (isError(this.cause)) lines.push(`  cause: ${this.cause.message}`);
  const title = `${this.name}: ${this.message}`;
  return `${isInNotebook() ? title : (this.stack ?? title)}\n${lines.join('\n')}`;
}

/** Returns whether this process is running a tslab notebook, where a stack contains only frames of the kernel and of this package. */
function isInNotebook(): boolean {
  return '__tslab__' in globalThis;
}
