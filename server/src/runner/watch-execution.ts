import type { ModuleProcess } from './module-process.js';
import { largestResident } from './process-tree.js';
import { ranOutOfMemory, startedTooSlowly, tookTooLong } from './stop-reasons.js';

interface ExecutionLimits {
  readonly deadlineMs: number;
  readonly memoryBytes: number;
  readonly graceMs: number;
}

const memoryCheckMs = 100;
/**
 * Timeout for starting a process, in milliseconds. Node.js normally starts in 0.1 s, so a machine that takes this long could not
 * run the module.
 */
const startMs = 30_000;

/**
 * Stops an execution if it is aborted, exceeds its deadline or uses too much memory. The deadline starts once the process
 * accepts the task.
 *
 * @returns A function that stops watching.
 */
export function watchExecution(
  child: ModuleProcess,
  signal: AbortSignal,
  { deadlineMs, memoryBytes, graceMs }: ExecutionLimits,
): () => void {
  let watching = true;
  let deadline = setTimeout(() => child.stop(startedTooSlowly(startMs), 0), startMs);
  void child.ready.then(() => {
    if (!watching) return;
    clearTimeout(deadline);
    deadline = setTimeout(() => child.stop(tookTooLong(deadlineMs), graceMs), deadlineMs);
  });
  const memory = setInterval(() => {
    const bytes = child.pid === undefined ? undefined : largestResident(child.pid);
    if (bytes !== undefined && bytes > memoryBytes) child.fail(ranOutOfMemory(memoryBytes));
  }, memoryCheckMs);
  const onAbort = (): void => child.stop(signal.reason, graceMs);
  signal.addEventListener('abort', onAbort, { once: true });
  return () => {
    watching = false;
    clearTimeout(deadline);
    clearInterval(memory);
    signal.removeEventListener('abort', onAbort);
  };
}
