import { MillraceError, type MillraceErrorOptions } from './millrace-error.js';
import type { Issue } from '../shared/types/issue.js';

/** Arguments that are not as they must be, all of them at once. Nothing was sent that matters. */
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
}
