import type { BatchDetails, BatchStatus } from '../../index.js';
import { defineCommand, UsageError, type Call } from '../command.js';
import { serverOptions } from '../options/global-options.js';
import { readInteger } from '../options/option-values.js';
import { formatUsage } from '../output/describe-run.js';
import { exitCode, type ExitCode } from '../output/exit-code.js';
import { createProgress } from '../output/progress-display.js';
import { formatDuration, formatTime, formatTable } from '../output/table.js';
import { connect } from '../session/connect.js';

const options = {
  of: { type: 'string', placeholder: 'NAME', help: 'batches of this pipeline' },
  limit: { type: 'string', placeholder: 'N', help: 'the maximum number of batches in the list (default: 50)' },
  watch: { type: 'boolean', short: 'w', help: 'with a BATCH_ID: show the progress until the batch ends' },
  ...serverOptions,
} as const;

type BatchesCall = Call<typeof options>;

export const batchesCommand = defineCommand({
  name: 'batches',
  summary: 'list batches of files, or show one batch and why its files failed',
  arguments: { usage: '[BATCH_ID | cancel BATCH_ID]', min: 0, max: 2 },
  completions: ['cancel'],
  details: [
    '`millrace process DIR` sends the files in DIR as a batch. Without arguments, lists the batches, newest first.',
    'To resume the failed runs of a batch: millrace runs resume --batch BATCH_ID --failed',
    'To save the outputs of a batch: millrace fetch BATCH_ID --save DIR',
  ],
  options,
  examples: [
    ['the newest batches', 'millrace batches'],
    ['why files failed', 'millrace batches 339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10'],
    ['stop a batch', 'millrace batches cancel 339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10'],
  ],
  async run(call) {
    const [idOrAction, idToCancel] = call.positionals;
    if (idOrAction === undefined) return list(call);
    if (idOrAction !== 'cancel' && idToCancel !== undefined) throw new UsageError(`Expected one batch id, got two.`);
    if (idOrAction === 'cancel' && idToCancel === undefined) throw new UsageError('Missing batch id after cancel.');
    const invalidOption = (['of', 'limit'] as const).find((name) => call.values[name] !== undefined);
    if (invalidOption) throw new UsageError(`--${invalidOption} can only be used to list batches.`);
    return idOrAction === 'cancel' ? cancel(call, idToCancel ?? '') : show(call, idOrAction);
  },
});

async function list(call: BatchesCall): Promise<ExitCode> {
  const { values, output, signal } = call;
  if (values.watch) throw new UsageError('--watch can only be used with a batch id.');
  const client = connect(call);
  try {
    const limit = readInteger('limit', values.limit, { min: 1, max: 200 });
    const page = await client.batches.list({ of: values.of, limit }, { signal });
    output.result(page, () =>
      formatTable([
        ...(page.items.length > 0 ? [['BATCH ID', 'NAME', 'OF', 'STATE', 'DONE', 'FAILED', 'CREATED']] : []),
        ...page.items.map((batch) => [
          batch.batchId,
          batch.name,
          batch.pipeline,
          batch.state,
          `${countEnded(batch)} of ${batch.counts.total}`,
          String(batch.counts.failed),
          formatTime(batch.createdAt),
        ]),
      ]),
    );
    if (page.items.length === 0) {
      output.hint(
        values.of === undefined
          ? 'No batches yet. Start one: millrace process DIR --chain MODULE,MODULE'
          : `No batches of ${values.of}.`,
      );
    }
    if (page.nextCursor !== null) output.note('There are more batches. Use --limit or --of to list them.');
    return exitCode.ok;
  } finally {
    await client.close();
  }
}

async function show(call: BatchesCall, id: string): Promise<ExitCode> {
  const { values, output, signal } = call;
  const client = connect(call);
  const progress = createProgress(output);
  try {
    if (values.watch) {
      for await (const batch of client.batches.watch(id, { signal })) {
        const { total } = batch.counts;
        const timeLeft = batch.secondsLeft === null ? '' : `, ${formatDuration(1000 * batch.secondsLeft)} left`;
        progress.update(
          batch.name,
          `${countEnded(batch)} of ${total}${timeLeft}`,
          total === 0 ? 0 : countEnded(batch) / total,
        );
      }
      progress.close();
    }
    const batch = await client.batches.get(id, { signal });
    output.result(batch, () => describeBatch(batch));
    return exitCode.ok;
  } finally {
    progress.close();
    await client.close();
  }
}

async function cancel(call: BatchesCall, id: string): Promise<ExitCode> {
  const client = connect(call);
  try {
    const batch = await client.batches.cancel(id, { signal: call.signal });
    call.output.result(batch, () => [`cancelled ${batch.batchId}`]);
    return exitCode.ok;
  } finally {
    await client.close();
  }
}

function describeBatch(batch: BatchDetails): string[] {
  const { counts, filesPerSecond, secondsLeft, closedAt, state } = batch;
  const speed = filesPerSecond === null ? '' : `${filesPerSecond} files/s`;
  const timeLeft = secondsLeft === null ? '' : `, ${formatDuration(1000 * secondsLeft)} left`;
  return [
    ...formatTable([
      ['batch', `${batch.name} of ${batch.pipeline}`],
      ['state', state === 'running' && closedAt === null ? 'running; more files can be added' : state],
      ['files', String(counts.total)],
      ...(['queued', 'running', 'completed', 'failed', 'cancelled', 'skipped'] as const).map((name) => [
        name,
        String(counts[name]),
      ]),
      ...(speed === '' ? [] : [['speed', `${speed}${timeLeft}`]]),
      ...(batch.usage ? [['models', formatUsage(batch.usage)]] : []),
    ]),
    ...batch.failures.map(({ count, step, message, file }) => {
      const prefix = step === null ? '' : `${step}: `;
      return `${count} failed: ${prefix}${message ?? 'unknown reason'}${file === null ? '' : ` (${file})`}`;
    }),
  ];
}

function countEnded({ counts: { completed, failed, cancelled, skipped } }: BatchStatus): number {
  return completed + failed + cancelled + skipped;
}
