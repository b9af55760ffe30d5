/** The disk, or this user's quota on it, has no room left; nothing of the file was kept. */
export class DiskFullError extends Error {
  override readonly name = 'DiskFullError';

  constructor(cause: unknown) {
    super('There is no space left on the disk of the data directory. Free some there, then send the file again.', {
      cause,
    });
  }
}

/** The same error, or a {@link DiskFullError} when that is what it says. */
export function explainDiskFull(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT' ? new DiskFullError(error) : error;
}
