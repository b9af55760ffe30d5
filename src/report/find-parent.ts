import { currentContext } from '../flow/running/context.js';
import type { ParentRun } from '../http/connection.js';
import type { FollowedRuns } from './followed-runs.js';

/** How long a request waits until the server has the run that it is part of, in milliseconds. */
const parentMs = 5000;

/**
 * Returns the run in progress that the caller is part of, once the server has it, and names in its record what the caller starts.
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
