import { currentContext } from '../flow/running/context.js';
import type { ParentRun } from '../http/connection.js';
import type { ReportedRuns } from './reported-runs.js';

/** Maximum time that a request waits for its parent run to be reported to the server, in milliseconds. */
const parentTimeoutMs = 5000;

/**
 * Returns the run that the calling code belongs to, after waiting until the server knows about the run. Returns `undefined` if the code
 * does not belong to a reported run, or if the run could not be reported within `parentTimeoutMs`.
 *
 * @param runs The runs that are reported to the server.
 * @param flush Sends pending events. Takes at most `milliseconds`.
 */
export async function findParent(
  runs: ReportedRuns,
  flush: (milliseconds: number) => Promise<unknown>,
): Promise<ParentRun | undefined> {
  const context = currentContext();
  if (!context || !runs.has(context.run.id)) return undefined;
  const { id } = context.run;
  if (!runs.isKnownToServer(id)) await flush(parentTimeoutMs);
  if (!runs.isKnownToServer(id)) return undefined;
  return { id, recordChild: (runId) => context.attempt?.recordChild(runId) };
}
