import { ApiError } from './api-error.js';

/** Its programs go on, unregistered. */
export function tooManyWorkers(): ApiError {
  return new ApiError(
    429,
    'too_many_workers',
    'There are too many workers: register under fewer names, or raise maxWorkers',
  );
}
