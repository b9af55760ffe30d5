import { expect } from 'vitest';
import { memoryStore, resume, type Flow, type LocalPipeline, type LocalRun, type RunStore } from 'millrace';

/** Starts a run, waits until it fails, and returns a function that resumes it. */
export async function afterFailure(start: (options: { store: RunStore }) => LocalRun) {
  const store = memoryStore();
  const run = start({ store });
  expect((await run.wait()).state).toBe('failed');
  return async <T = unknown>(of: Flow | LocalPipeline): Promise<T> =>
    (await resume(run.id, { of: of as Flow, store })).result() as Promise<T>;
}
