import { ApiError } from './api-error.js';

/** The file is still being processed; the same call works later. */
export class NotFinishedError extends ApiError {
  override readonly name: string = 'NotFinishedError';
}
