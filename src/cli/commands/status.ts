import { isMillraceError, type Client, type RunStatus, type RunSummary } from '../../index.js';
import { readUntilEnd } from '../../shared/runs/read-until-end.js';
import { isFinalState } from '../../shared/runs/run-state.js';
import { defineCommand } from '../command.js';
import { serverOptions } from '../options/global-options.js';
import { getProgressFraction, formatRun, describeStage } from '../output/describe-run.js';
import { exitCode } from '../output/exit-code.js';
import { createProgress } from '../output/progress-display.js';
import { connect } from '../session/connect.js';
import { createNamedPipeline } from '../session/named-pipeline.js';
import { toMissingPipelineError, watchRun } from '../session/watch-run.js';

const pollIntervalMs = 1000;
/** How long to retry transient errors, in milliseconds. Long enough for a server restart. */
const maxOutageMs = 300_000;

export const statusCommand = defineCommand({
  name: 'status',
  summary: "show a run's state and progress",
  arguments: { usage: 'RUN_ID', min: 1, max: 1 },
  details: ['The exit code is 1 if the run failed, was cancelled or crashed.'],
  options: {
    watch: { type: 'boolean', short: 'w', help: 'wait until the run ends' },
    pipeline: { type: 'string', placeholder: 'NAME', help: "the run's pipeline (needed only on the hosted service)" },
    ...serverOptions,
  },
  examples: [
    ['show a run', 'millrace status 339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10'],
    ['wait until a run ends', 'millrace status 339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10 --watch'],
    ['print only the state', 'millrace status 339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10 --json | jq -r .state'],
  ],
  async run(call) {
    const { values, positionals, output, signal } = call;
    const [id = ''] = positionals;
    const client = connect(call);
    const progress = createProgress(output);
    try {
      const onStatus = (status: RunStatus) => progress.update(id, describeStage(status), getProgressFraction(status));
      const usesWatchRun = values.watch === true && values.pipeline === undefined;
      const status = usesWatchRun
        ? await watchRun(client, id, signal, onStatus)
        : await poll(createStatusGetter(client, id, values.pipeline), values.watch === true, signal, onStatus);
      progress.close();
      const children = status.kind === 'hosted' ? [] : await listChildren(client, id, signal);
      const hasNoExpiry = status.fileId !== null && status.expiresAt === null;
      const { neverExpires } = hasNoExpiry ? (await client.serverInfo({ signal })).limits : { neverExpires: false };
      output.result(status, () => formatRun(status, children, neverExpires));
      return isFinalState(status.state) && status.state !== 'completed' ? exitCode.failed : exitCode.ok;
    } finally {
      progress.close();
      await client.close();
    }
  },
});

const maxChildren = 100;

async function listChildren(client: Client, parent: string, signal: AbortSignal): Promise<RunSummary[]> {
  return (await client.runs.list({ parent, sort: 'created', limit: maxChildren }, { signal })).items;
}

/** Fetches a run's status once or, if `waitsForEnd` is true, repeatedly until the run ends. */
async function poll(
  getStatus: (signal: AbortSignal) => Promise<RunStatus>,
  waitsForEnd: boolean,
  signal: AbortSignal,
  onStatus: (status: RunStatus) => void,
): Promise<RunStatus> {
  let lastStatus: RunStatus | undefined;
  const snapshots = readUntilEnd({
    next: () => ({ signal, pollInterval: pollIntervalMs, maxPollInterval: pollIntervalMs }),
    read: async () => ({ status: await getStatus(signal), sequence: 0 }),
    // retry only if the run has been fetched before
    getRetryDelay: (error) => (lastStatus && isTransient(error) ? pollIntervalMs : undefined),
    maxOutageMs,
  });
  for await (const { status } of snapshots) {
    lastStatus = status;
    if (!waitsForEnd || isFinalState(status.state)) break;
    onStatus(status);
  }
  return lastStatus as RunStatus;
}

/** Returns a function that fetches a run's status. Only a server without `/v1` requires `pipeline`. */
function createStatusGetter(
  client: Client,
  id: string,
  pipeline: string | undefined,
): (signal: AbortSignal) => Promise<RunStatus> {
  if (pipeline === undefined) {
    return (signal) =>
      client.runs.get(id, { signal }).catch((error: unknown) => {
        throw toMissingPipelineError(error);
      });
  }
  const namedPipeline = createNamedPipeline(client, pipeline);
  return (signal) => namedPipeline.processStatus(id, { signal });
}

function isTransient(error: unknown): boolean {
  return isMillraceError(error) && error.retryable;
}
