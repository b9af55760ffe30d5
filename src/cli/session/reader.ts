let isNeeded = true;

/**
 * Ends quietly when whoever reads standard output has seen enough (`millrace list | head`). Where nobody reads what is
 * said about the work, it is not said.
 */
export function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (isNeeded) process.exit(0);
  });
  process.stderr.on('error', () => undefined);
}

/** From here on the command does not depend on who reads it: a program may start a server and read its first line only. */
export function goOnWithoutReader(): void {
  isNeeded = false;
}
