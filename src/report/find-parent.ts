import { currentContext } from '../flow/running/context.js';
import type { FollowedRuns } from './followed-runs.js';

/** How long a request waits until the server has the run that it is part of, in milliseconds. */
const parentMs = 5000;

/**
 * Returns the run in progress that the caller is part of, once the server has it.
 *
 * @param runs The runs that are reported to the server.
 * @param flush Sends pending events.
 */
export async function findParent(
  runs: FollowedRuns,
  flush: (milliseconds: number) => Promise<unknown>,
): Promise<string | undefined> {
  const id = currentContext()?.run.id;
  if (id === undefined || !runs.has(id)) return undefined;
  if (!runs.isKnown(id)) await flush(parentMs);
  return runs.isKnown(id) ? id : undefined;
}
