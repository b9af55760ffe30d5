import { ApiError } from './api-error.js';

/** Unknown, deleted or expired: a server does not tell these apart. */
export class NotFoundError extends ApiError {
  override readonly name: string = 'NotFoundError';
}
