import { sleep } from '../../shared/runtime/sleep.js';
import { isMillraceError, type Client, type RunStatus } from '../../index.js';
import { defineCommand } from '../command.js';
import { connect } from '../session/connect.js';
import { isOver, runLines } from '../output/describe-run.js';
import { exitCode } from '../output/exit-code.js';
import { serverOptions } from '../options/global-options.js';
import { namedPipeline } from '../session/named-pipeline.js';
import { createProgress } from '../output/progress-display.js';
import { runFraction, runStage } from '../output/run-stage.js';
import { UsageError } from '../options/usage-error.js';

const watchMs = 1000;
/** How long a server may be away while its run is watched: long enough to start again. */
const patienceMs = 300_000;

export const statusCommand = defineCommand({
  name: 'status',
  summary: 'show how far a run is',
  arguments: { usage: 'RUN_ID', min: 1, max: 1 },
  details: ['Ends with code 1 when the run failed, was cancelled or crashed.'],
  options: {
    watch: { type: 'boolean', short: 'w', help: 'wait until the run is over' },
    pipeline: { type: 'string', value: 'NAME', help: 'its pipeline; only the hosted service needs it' },
    ...serverOptions,
  },
  examples: [
    ['how far it is', 'millrace status 339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10'],
    ['wait for its end', 'millrace status 339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10 --watch'],
    ['its state alone', 'millrace status 339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10 --json | jq -r .state'],
  ],
  async run(call) {
    const { values, positionals, output, signal } = call;
    const [id = ''] = positionals;
    const client = connect(call);
    const progress = createProgress(output);
    try {
      const onStatus = (status: RunStatus) => progress.update(id, runStage(status), runFraction(status));
      const isWatched = values.watch === true && values.pipeline === undefined;
      const status = isWatched
        ? await watch(client, id, signal, onStatus)
        : await poll(lookAt(client, id, values.pipeline), values.watch === true, signal, onStatus);
      progress.close();
      output.result(status, () => runLines(status));
      return isOver(status) && status.state !== 'completed' ? exitCode.failed : exitCode.ok;
    } finally {
      progress.close();
      client.close();
    }
  },
});

/** Every change, until the end. A run that is deleted meanwhile is not found. */
async function watch(
  client: Client,
  id: string,
  signal: AbortSignal,
  onStatus: (status: RunStatus) => void,
): Promise<RunStatus> {
  let last: RunStatus | undefined;
  try {
    for await (const status of client.runs.watch(id, { signal, patience: patienceMs })) {
      last = status;
      if (!isOver(status)) onStatus(status);
    }
  } catch (error) {
    throw explain(error);
  }
  return last && isOver(last) ? last : client.runs.get(id, { signal });
}

/** A server without `/v1` is asked again and again. */
async function poll(
  look: (signal: AbortSignal) => Promise<RunStatus>,
  untilEnd: boolean,
  signal: AbortSignal,
  onStatus: (status: RunStatus) => void,
): Promise<RunStatus> {
  let status = await look(signal);
  let lastSeen = Date.now();
  while (untilEnd && !isOver(status)) {
    onStatus(status);
    await sleep(watchMs, signal);
    try {
      status = await look(signal);
      lastSeen = Date.now();
    } catch (error) {
      if (!isTransient(error) || Date.now() - lastSeen > patienceMs) throw error;
    }
  }
  return status;
}

/** By its id alone where the server has `/v1`, by the pipeline's name where it does not. */
function lookAt(client: Client, id: string, pipeline: string | undefined): (signal: AbortSignal) => Promise<RunStatus> {
  if (pipeline === undefined) {
    return (signal) =>
      client.runs.get(id, { signal }).catch((error: unknown) => {
        throw explain(error);
      });
  }
  const named = namedPipeline(client, pipeline);
  return (signal) => named.processStatus(id, { signal });
}

function explain(error: unknown): unknown {
  if (!isMillraceError(error, 'configuration')) return error;
  return new UsageError('Expected --pipeline NAME, got none: this server finds a run by its pipeline only.');
}

function isTransient(error: unknown): boolean {
  return isMillraceError(error) && error.retryable;
}
