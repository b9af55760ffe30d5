import { isMillraceError, type Client, type RunStatus } from '../../index.js';
import { isFinalState } from '../../shared/runs/run-state.js';
import { UsageError } from '../command.js';

/**
 * Calls `onStatus` with the run's current status, and again after each change, until the run ends. Returns the final status, which is not
 * passed to `onStatus`.
 *
 * @throws `NotFoundError` if the run does not exist or is deleted while it is being watched; `UsageError` if the server has no `/v1`.
 */
export async function watchRun(
  client: Client,
  id: string,
  signal: AbortSignal,
  onStatus: (status: RunStatus) => void,
): Promise<RunStatus> {
  let lastStatus: RunStatus | undefined;
  try {
    for await (const status of client.runs.watch(id, { signal })) {
      lastStatus = status;
      if (!isFinalState(status.state)) onStatus(status);
    }
  } catch (error) {
    throw toMissingPipelineError(error);
  }
  return lastStatus && isFinalState(lastStatus.state) ? lastStatus : client.runs.get(id, { signal });
}

/** Converts the SDK's error about a server without `/v1` to a `UsageError` that asks for `--pipeline`. Returns other errors unchanged. */
export function toMissingPipelineError(error: unknown): unknown {
  if (!isMillraceError(error, 'configuration')) return error;
  return new UsageError('Missing --pipeline NAME. This server can find a run only through its pipeline.');
}
