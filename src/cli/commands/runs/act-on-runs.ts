import type { BulkAction, BulkJobStatus, BulkPreview, BulkSelection, Client } from '../../../index.js';
import { UsageError, type Call } from '../../command.js';
import { exitCode, type ExitCode } from '../../output/exit-code.js';
import { createProgress } from '../../output/progress-display.js';
import { connect } from '../../session/connect.js';
import { actOnEach } from './act-on-each.js';

export const runActions = ['resume', 'rerun', 'cancel', 'delete'] as const satisfies readonly BulkAction[];

const participles = { resume: 'resumed', rerun: 'rerun', cancel: 'cancelled', delete: 'deleted' } as const;

interface ActionOptions {
  readonly ids: readonly string[];
  /** Selects the runs if `ids` is empty. */
  readonly filter: Exclude<BulkSelection, readonly string[]> | undefined;
  /** The first step to run again. Only for reruns. */
  readonly from: string | undefined;
  readonly dryRun: boolean;
}

/** Acts on the runs with the given ids, or on those that the filter selects. With `dryRun`, only prints what the action would do. */
export async function actOnRuns(call: Call, action: BulkAction, options: ActionOptions): Promise<ExitCode> {
  const { ids, filter, from, dryRun } = options;
  if (ids.length > 0 && filter) throw new UsageError('Expected either run ids or options that select runs, got both.');
  if (ids.length === 0 && !filter) {
    throw new UsageError('Missing run id or option that selects runs, such as --state failed.');
  }
  if (from !== undefined && action !== 'rerun') throw new UsageError('--from can only be used with rerun.');
  const client = connect(call);
  try {
    if (filter || dryRun) return await runBulkJob(call, client, action, filter ?? ids, { from, dryRun });
    return await actOnEach(ids, call, {
      idName: 'requestId',
      participle: participles[action],
      act: (id) => actOnRun(client, action, id, { from, signal: call.signal }),
    });
  } finally {
    await client.close();
  }
}

/** @returns The id of the new run, if the action is `rerun`. */
async function actOnRun(
  client: Client,
  action: BulkAction,
  id: string,
  { from, signal }: { readonly from: string | undefined; readonly signal: AbortSignal },
): Promise<string | undefined> {
  if (action === 'rerun') return (await client.runs.rerun(id, { from, signal })).requestId;
  await client.runs[action](id, { signal });
  return undefined;
}

async function runBulkJob(
  { output, signal }: Call,
  client: Client,
  action: BulkAction,
  selection: BulkSelection,
  { from, dryRun }: Pick<ActionOptions, 'from' | 'dryRun'>,
): Promise<ExitCode> {
  const preview = await client.runs.bulk(action, selection, { from, dryRun: true, signal });
  if (dryRun) {
    output.result(preview, () => [
      `would be ${participles[action]}: ${preview.eligible} of ${describeMatched(preview)}`,
      ...formatRefusals(preview),
    ]);
    return exitCode.ok;
  }
  output.note(`${action}: ${preview.eligible} of ${describeMatched(preview)}`);
  const job = await client.runs.bulk(action, selection, { from, signal });
  const progress = createProgress(output);
  const onStatus = ({ done, matched }: BulkJobStatus) =>
    progress.update(action, `${done} of ${matched}`, matched === 0 ? 1 : done / matched);
  try {
    const status = await job.wait({ signal, onStatus });
    progress.close();
    output.result(status, () => [
      `${participles[action]}: ${status.succeeded} of ${describeMatched(status)}`,
      ...formatRefusals(status),
    ]);
    return status.succeeded === status.matched ? exitCode.ok : exitCode.failed;
  } catch (error) {
    progress.close();
    // if the command was interrupted, also stop the job on the server
    if (signal.aborted) await job.stop().catch(() => undefined);
    throw error;
  } finally {
    progress.close();
  }
}

function describeMatched({ matched, more }: Pick<BulkPreview, 'matched'> & Partial<Pick<BulkPreview, 'more'>>): string {
  const runs = `${matched} ${matched === 1 ? 'run' : 'runs'}`;
  return more ? `the newest ${runs}; the filter matches more` : runs;
}

function formatRefusals({ refused }: Pick<BulkPreview, 'refused'>): string[] {
  return refused.map(({ reason, count }) => `  ${count} refused: ${reason}`);
}
