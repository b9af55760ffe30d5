import type { Call } from '../command.js';
import { exitCode, type ExitCode } from '../output/exit-code.js';

interface Service<T> {
  /** @param onFailure Called when the service cannot continue. */
  readonly start: (onFailure: (error: Error) => void) => Promise<T>;
  /** Called after the service has started, unless the command has been interrupted. */
  readonly onReady: (service: T) => Promise<void> | void;
}

/** How long to wait for a failed service to close, in milliseconds. */
const closeTimeoutMs = 5000;

/** Runs a service until the command is interrupted or the service fails, then closes the service. */
export async function runUntilStopped<T extends { close(): Promise<void> }>(
  { terminal, output, signal }: Pick<Call, 'terminal' | 'output' | 'signal'>,
  { start, onReady }: Service<T>,
): Promise<ExitCode> {
  // a program that starts a server may read only the first line and then close the pipe
  terminal.ignoreClosedStdout();
  let fail: (error: Error) => void = () => undefined;
  const failure = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  let isClosed = false;
  failure.catch((error: unknown) => {
    // exit even if the failed service cannot close, because a supervisor may be waiting for the exit code
    setTimeout(() => {
      if (!isClosed) output.error((error as Error).message);
      terminal.exit(exitCode.failed);
    }, closeTimeoutMs).unref();
  });
  const service = await start(fail);
  try {
    if (!signal.aborted) await onReady(service);
    await Promise.race([waitForAbort(signal), failure]);
    output.note('Stopping: waiting for work in progress to finish. Send a second signal to stop at once.');
  } finally {
    await service.close();
    isClosed = true;
  }
  return exitCode.ok;
}

function waitForAbort(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
