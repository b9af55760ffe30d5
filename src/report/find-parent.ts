import { currentContext } from '../flow/running/context.js';
import type { ParentRun } from '../http/connection.js';
import type { FollowedRuns } from './followed-runs.js';

/** How long a request waits until the server knows its parent run, in milliseconds. */
const parentMs = 5000;

/**
 * Returns the run that the caller is part of, once the server knows that run. `undefined` outside reported runs, or if the server does
 * not know the run within 5 seconds.
 *
 * @param runs The runs that are reported to the server.
 * @param flush Sends pending events.
 */
export async function findParent(
  runs: FollowedRuns,
  flush: (milliseconds: number) => Promise<unknown>,
): Promise<ParentRun | undefined> {
  const context = currentContext();
  if (!context || !runs.has(context.run.id)) return undefined;
  const { id } = context.run;
  if (!runs.isKnown(id)) await flush(parentMs);
  if (!runs.isKnown(id)) return undefined;
  return { id, nameChild: (runId) => context.task?.nameChild(runId) };
}
