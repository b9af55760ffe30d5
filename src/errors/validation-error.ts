import { brandErrorClass, MillraceError, type MillraceErrorOptions } from './millrace-error.js';
import type { Issue } from '../shared/types/error-code.js';

/** An argument is invalid. `issues` lists the problems that were found. */
export class ValidationError extends MillraceError {
  override readonly name: string = 'ValidationError';
  readonly code: 'validation' | 'chain' = 'validation';
  readonly issues: Issue[];

  constructor(issues: readonly Issue[], options?: MillraceErrorOptions) {
    super(issues.map((issue) => issue.message).join('\n'), options);
    this.issues = [...issues];
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), issues: this.issues };
  }

  static {
    brandErrorClass(this, 'ValidationError');
  }
}

/**
 * A chain is invalid, for example because it contains an unknown module or incompatible modules, or a valid chain does not support the
 * call.
 */
export class ChainError extends ValidationError {
  override readonly name: string = 'ChainError';
  override readonly code = 'chain' as const;
  /** The 0-based position of the module that the error is about, or `-1` if it is about the whole chain. */
  readonly position: number;

  constructor(message: string, position: number) {
    super([{ path: position < 0 ? ['moduleChain'] : ['moduleChain', position], message }]);
    this.position = position;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), position: this.position };
  }

  static {
    brandErrorClass(this, 'ChainError');
  }
}
