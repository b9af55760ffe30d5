import { ValidationError } from './validation-error.js';

/** A chain whose modules do not fit together, or that does not fit what was asked of it. */
export class ChainError extends ValidationError {
  override readonly name: string = 'ChainError';
  override readonly code = 'chain' as const;
  /** 0-based position of the module that does not fit; `-1` when the chain as a whole is at fault. */
  readonly position: number;

  constructor(message: string, position: number) {
    super([{ path: position < 0 ? ['moduleChain'] : ['moduleChain', position], message }]);
    this.position = position;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), position: this.position };
  }
}
