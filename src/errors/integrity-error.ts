import { MillraceError } from './millrace-error.js';

/** A file arrived shorter, longer or other than the server said. Nothing of it was kept. */
export class IntegrityError extends MillraceError {
  override readonly name: string = 'IntegrityError';
  readonly code = 'integrity' as const;
}
