/** How the command ends: stable, so that scripts can rely on it. Described in docs/cli.md and in `millrace --help`. */
export const exitCode = {
  ok: 0,
  /** A run failed, or something on this machine did: a file that cannot be written, a port that is taken. */
  failed: 1,
  usage: 2,
  /** The server refused, or did not answer. */
  server: 3,
  unauthenticated: 4,
  notFound: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** How a command ends that did several things: with what all of them came to, or as failed when some did. */
export function commonCode(codes: readonly ExitCode[]): ExitCode {
  const [first = exitCode.ok] = codes;
  return codes.every((code) => code === first) ? first : exitCode.failed;
}
