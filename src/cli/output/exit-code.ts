/** The exit codes, documented in docs/cli.md and `millrace --help`. Never change them, because scripts rely on them. */
export const exitCode = {
  ok: 0,
  /** A run or a local operation failed, for example because a file cannot be written or a port is in use. */
  failed: 1,
  usage: 2,
  /** The server returned an error or could not be reached. */
  server: 3,
  unauthenticated: 4,
  notFound: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** Returns the code of all items if it is the same, `ok` if there are no items, and otherwise `failed`. */
export function combineExitCodes(codes: readonly ExitCode[]): ExitCode {
  const [common = exitCode.ok] = codes;
  return codes.every((code) => code === common) ? common : exitCode.failed;
}
