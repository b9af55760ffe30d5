/** Returns the code of an error's innermost cause, such as `ECONNREFUSED`, or the cause's message if it has no code. */
export function describeRootCause(error: unknown): string {
  let cause = error;
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
  const { code, message } = (cause ?? {}) as { code?: unknown; message?: unknown };
  return typeof code === 'string' ? code : typeof message === 'string' ? message : 'unknown error';
}
