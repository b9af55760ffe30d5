import { exitCode } from '../output/exit-code.js';

/** SIGINT or SIGTERM: somebody asked the command to end. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

/** Aborts at the first SIGINT or SIGTERM, so that work can be put down in order; the second one ends the process. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (cause: string) => {
    if (controller.signal.aborted) process.exit(exitCode.interrupted);
    controller.abort(new InterruptedError(`Interrupted by ${cause}`));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  endWithNpx(() => {
    // a terminal's Ctrl-C reaches both, and is one signal only
    if (!controller.signal.aborted) interrupt('the end of npx');
  });
  return controller.signal;
}

const npxCheckMs = 500;

/**
 * npx starts a command by a shell, which takes SIGTERM for itself: the command would be left behind, and a server with it.
 * When the shell is gone, the command has another parent.
 */
function endWithNpx(end: () => void): void {
  if (process.env['npm_command'] !== 'exec') return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end();
  }, npxCheckMs);
  timer.unref();
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
