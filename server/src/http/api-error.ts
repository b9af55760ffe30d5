/** An error with an HTTP status. `/v1` returns it as `{ error: { code, message, exchangeId, details? } }`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 416 | 429 | 500 | 503,
    readonly code: string,
    message: string,
    readonly details?: unknown,
  ) {
    super(message);
  }
}

export function notFound(message = 'There is nothing at this URL'): ApiError {
  return new ApiError(404, 'not_found', message);
}

/** Returns the error for a worker registration that would exceed `maxWorkers`. */
export function tooManyWorkers(): ApiError {
  return new ApiError(
    429,
    'too_many_workers',
    'This account has too many workers. Register under fewer names, or raise `maxWorkers`.',
  );
}
