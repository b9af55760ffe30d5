import type { ActiveRun } from './active-run.js';

/** Waits, unless the run is to stop. Leaves no timer and no listener behind. @returns Whether it waited to the end. */
export function sleepUntilStopped(milliseconds: number, run: ActiveRun): Promise<boolean> {
  if (run.signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      release();
      resolve(true);
    }, milliseconds);
    const release = run.onStop(() => {
      clearTimeout(timer);
      release();
      resolve(false);
    });
  });
}
