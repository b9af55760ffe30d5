import { exitCode, type ExitCode } from '../output/exit-code.js';
import { aborted } from './interruption.js';
import { goOnWithoutReader } from './reader.js';

interface Service<T> {
  /** @param onFailure Called when the service cannot go on. */
  readonly start: (onFailure: (error: Error) => void) => Promise<T>;
  readonly ready: (running: T) => Promise<void> | void;
  readonly stopping: () => void;
}

/** Runs a service until a signal comes, or until it fails by itself; either way it is closed. */
export async function runUntilStopped<T extends { close(): Promise<void> }>(
  signal: AbortSignal,
  { start, ready, stopping }: Service<T>,
): Promise<ExitCode> {
  goOnWithoutReader();
  let fail: (error: Error) => void = () => undefined;
  const failure = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  // it may come before somebody waits for it
  failure.catch(() => undefined);
  const running = await start(fail);
  try {
    if (!signal.aborted) await ready(running);
    await Promise.race([aborted(signal), failure]);
    stopping();
  } finally {
    await running.close();
  }
  return exitCode.ok;
}
