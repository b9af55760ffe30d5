import type { Readable, Writable } from 'node:stream';

/**
 * A command's streams, environment and interrupt signal, which tests can replace. Does not include the working directory, because the SDK
 * and the server resolve paths against the working directory of the process.
 */
export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
  /** The environment variables. `loadDotEnv` adds the allowed ones from `./.env`. */
  readonly env: NodeJS.ProcessEnv;
  /** Aborted with an `InterruptedError` when the user or the system interrupts the command. */
  readonly signal: AbortSignal;
  /** Keeps the command running even if the reader of standard output closes the pipe. */
  ignoreClosedStdout(): void;
  /** Ends the process immediately. */
  exit(code: number): void;
  /** Calls the listener before the process exits. Returns a function that removes the listener. */
  onExit(listener: () => void): () => void;
}

/** A stream that may be a terminal. Only a terminal has these properties. */
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
