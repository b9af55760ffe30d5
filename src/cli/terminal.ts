import type { Readable, Writable } from 'node:stream';

/**
 * A command's streams, environment and interrupt signal. `main.ts` uses those of the process, and tests supply their own. The working
 * directory is always the process's, because the SDK and the server resolve paths against it.
 */
export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
  /** The environment, to which variables from `./.env` are added. The server reads its settings from the process environment. */
  readonly env: NodeJS.ProcessEnv;
  /** Aborted with an `InterruptedError` when the user or the system interrupts the command. */
  readonly signal: AbortSignal;
  /** Keeps the command running even if the reader of standard output closes the pipe. */
  runWithoutReader(): void;
  /** Ends the process at once. */
  exit(code: number): void;
  /** Calls the listener before the process exits. Returns a function that removes the listener. */
  onExit(listener: () => void): () => void;
}

/** A stream that may be a terminal. Only a terminal has the additional properties. */
export interface TerminalStream extends Writable {
  readonly isTTY?: boolean;
  readonly rows?: number;
  readonly columns?: number;
  hasColors?(env: NodeJS.ProcessEnv): boolean;
}

/** The abort reason if SIGINT, SIGTERM or the exit of npx interrupts the command. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}
