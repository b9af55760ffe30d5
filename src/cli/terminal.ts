import type { Readable, Writable } from 'node:stream';

/**
 * What a command reads, where it writes, and how it is interrupted. `main.ts` binds it to the process, tests pass their own.
 * The working directory is always the process's: the SDK and the server resolve paths against it.
 */
export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: TerminalStream;
  /** Variables of `./.env` are added to it. The server reads its settings from the process's own environment. */
  readonly env: NodeJS.ProcessEnv;
  /** Aborted with an `InterruptedError` when the user or the system asks the command to end. */
  readonly signal: AbortSignal;
  /** From here on, the command keeps running when the reader of standard output goes away. */
  runWithoutReader(): void;
  /** Calls the listener before the process exits. Returns a function that removes it. */
  onExit(listener: () => void): () => void;
}

/** A stream, with the properties that only a real terminal has. */
export interface TerminalStream extends Writable {
  readonly isTTY?: boolean;
  readonly rows?: number;
  readonly columns?: number;
  hasColors?(env: NodeJS.ProcessEnv): boolean;
}

/** SIGINT or SIGTERM asked the command to end. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}
