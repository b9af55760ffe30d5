/** The exit codes, which docs/cli.md and `millrace --help` document. Never change them, because scripts rely on them. */
export const exitCode = {
  ok: 0,
  /** A run or a local operation failed, for example because a file cannot be written or a port is in use. */
  failed: 1,
  usage: 2,
  /** The server returned an error or an invalid response, or could not be reached. */
  server: 3,
  /** The key is missing or invalid, or its role does not allow the command. */
  unauthenticated: 4,
  notFound: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** Returns the exit code that all items share, or `failed` if their codes differ. Returns `ok` if there are no items. */
export function combineExitCodes(codes: readonly ExitCode[]): ExitCode {
  const [common = exitCode.ok] = codes;
  return codes.every((code) => code === common) ? common : exitCode.failed;
}
