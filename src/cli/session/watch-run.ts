import { isMillraceError, type Client, type RunStatus } from '../../index.js';
import { isFinalState } from '../../shared/runs/run-state.js';
import { UsageError } from '../command.js';

/**
 * Calls `onStatus` for each change until the run ends, and returns the final status.
 *
 * @throws `NotFoundError` if the run does not exist or is deleted while it is watched; `UsageError` if the server has no `/v1`.
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

/** Converts the error of a server without `/v1` to a `UsageError` that asks for `--pipeline`. Returns other errors unchanged. */
export function explainMissingPipeline(error: unknown): unknown {
  if (!isMillraceError(error, 'configuration')) return error;
  return new UsageError('Missing --pipeline NAME. This server can find a run only through its pipeline.');
}
