import { isMillraceError, type Client, type RunStatus } from '../../index.js';
import { isFinalState } from '../../shared/runs/run-state.js';
import { UsageError } from '../command.js';

/**
 * Calls `onStatus` for each change until the run ends. Returns the final status.
 *
 * @throws `NotFoundError` if the run is deleted while it is being watched.
 */
export async function watchRun(
  client: Client,
  id: string,
  signal: AbortSignal,
  onStatus: (status: RunStatus) => void,
): Promise<RunStatus> {
  let last: RunStatus | undefined;
  try {
    for await (const status of client.runs.watch(id, { signal })) {
      last = status;
      if (!isFinalState(status.state)) onStatus(status);
    }
  } catch (error) {
    throw explainMissingPipeline(error);
  }
  return last && isFinalState(last.state) ? last : client.runs.get(id, { signal });
}

/** Returns a `UsageError` if the server has no `/v1` API, because it then finds runs only by pipeline. Returns other errors unchanged. */
export function explainMissingPipeline(error: unknown): unknown {
  if (!isMillraceError(error, 'configuration')) return error;
  return new UsageError('Missing --pipeline NAME. This server can only find a run by its pipeline.');
}
