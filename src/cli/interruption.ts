import { exitCode } from './exit-code.js';

/** SIGINT or SIGTERM: somebody asked the command to end. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

/** Aborts at the first SIGINT or SIGTERM, so that work can be put down in order; the second one ends the process. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(exitCode.interrupted);
    controller.abort(new InterruptedError(`Interrupted by ${name}`));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller.signal;
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
