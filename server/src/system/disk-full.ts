const diskFullCodes = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL']);
const diskFullPattern = /\bENOSPC\b|\bEDQUOT\b|no space left on device|disk quota exceeded|database or disk is full/i;

/** Returns whether a string, such as a program's stderr, says that the disk or the user's quota is full. */
export function saysDiskFull(text: string): boolean {
  return diskFullPattern.test(text);
}

/** Returns whether an error, or one of its causes, says that the disk or the user's quota is full. */
export function isDiskFull(error: unknown): boolean {
  for (let depth = 0; error instanceof Error && depth < 10; depth++) {
    if ('code' in error && diskFullCodes.has(error.code as string)) return true;
    // ignore the message of a `ModuleError`, because it may quote the processed file
    if (error.name !== 'ModuleError' && saysDiskFull(error.message)) return true;
    error = error.cause;
  }
  return false;
}
