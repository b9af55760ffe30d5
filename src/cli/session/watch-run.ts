import { isMillraceError, type Client, type RunStatus } from '../../index.js';
import { isFinalState } from '../../shared/runs/run-state.js';
import { UsageError } from '../command.js';

/** Shows every change until the run ends. @throws `NotFoundError` if the run is deleted while it is watched. */
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
    throw explainWithoutPipeline(error);
  }
  return last && isFinalState(last.state) ? last : client.runs.get(id, { signal });
}

/** Explains that a server without `/v1` finds a run only by its pipeline. Other errors are returned as they are. */
export function explainWithoutPipeline(error: unknown): unknown {
  if (!isMillraceError(error, 'configuration')) return error;
  return new UsageError('Missing --pipeline NAME. This server can only find a run by its pipeline.');
}
