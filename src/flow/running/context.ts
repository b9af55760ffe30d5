import { AsyncLocalStorage } from 'node:async_hooks';
import type { ActiveRun } from './active-run.js';
import type { ActiveTask } from './active-task.js';

/** What is running here: reached from the code of steps, tasks and flows without being passed by hand, across awaits. */
export interface Context {
  readonly run: ActiveRun;
  /** `null` in a flow's own body. */
  readonly task: ActiveTask | null;
  readonly signal: AbortSignal;
}

const storage = new AsyncLocalStorage<Context>();

export function currentContext(): Context | undefined {
  return storage.getStore();
}

export function runInContext<T>(context: Context, work: () => T): T {
  return storage.run(context, work);
}
