import { ApiError } from './api-error.js';

/** The server does not know the key. */
export class AuthenticationError extends ApiError {
  override readonly name: string = 'AuthenticationError';
}
