import type { DirectoryFiles, FileResult, Pipeline, ProcessManyOptions } from '../../../index.js';
import type { Output } from '../../output/output.js';
import type { ProgressDisplay } from '../../output/progress-display.js';
import { formatTable } from '../../output/table.js';
import { createCompletedOutcome, createFailedOutcome, createSkippedOutcome, type FileOutcome } from './process-file.js';

interface BatchContext {
  readonly report: (outcome: FileOutcome) => void;
  readonly progress: ProgressDisplay;
  readonly output: Output;
}

/**
 * Processes files and directories as one batch, with one progress bar. Without `--json`, prints a summary at the end, even after an error.
 *
 * @returns The number of files, including skipped and failed files.
 * @throws `ValidationError` if two files have the same key, a directory cannot be read, or the journal cannot be used; the signal's
 * reason if the signal is aborted.
 */
export async function processBatch(
  pipeline: Pipeline,
  files: readonly (string | DirectoryFiles)[],
  options: ProcessManyOptions,
  { report, progress, output }: BatchContext,
): Promise<number> {
  const counts = { succeeded: 0, done: 0, kept: 0, skipped: 0, failed: 0 };
  let fileWithWarningsCount = 0;
  const startedAt = performance.now();
  const batch = pipeline.processMany(files, options);
  let total: number | undefined;
  let lastMilestone = -1;
  const showProgress = () => {
    const processed = countFiles(counts);
    const fraction = total === undefined ? undefined : total === 0 ? 1 : Math.min(1, processed / total);
    // without bars, print only one line per 10% of the files, or per 100 files if the total is unknown
    const milestone = fraction === undefined ? Math.floor(processed / 100) : Math.floor(fraction * 10);
    if (!progress.drawsBars && milestone === lastMilestone) return;
    lastMilestone = milestone;
    const failures = counts.failed === 0 ? '' : `, ${counts.failed} failed`;
    progress.update(
      pipeline.name,
      `${processed}${total === undefined ? '' : ` of ${total}`} files${failures}`,
      fraction,
    );
  };
  try {
    total = await batch.count();
    showProgress();
    for await (const fileResult of batch) {
      counts[classifyResult(fileResult)]++;
      showProgress();
      if (fileResult.status === 'failed') {
        const { requestId, error } = fileResult;
        report(createFailedOutcome(fileResult.key, pipeline.name, { requestId, error, secrets: output.secrets }));
      } else if (fileResult.result === null)
        report(createSkippedOutcome(fileResult.key, fileResult.reason, fileResult.message));
      else {
        const skipReason = fileResult.status === 'skipped' ? fileResult.reason : undefined;
        const replaced = fileResult.status === 'succeeded' ? fileResult.replaced : undefined;
        if (fileResult.result.warnings.length > 0) fileWithWarningsCount++;
        report(createCompletedOutcome(fileResult.key, fileResult.result, { skipReason, replaced }));
      }
    }
  } finally {
    progress.remove(pipeline.name);
    if (!output.json)
      for (const line of formatSummary({ ...counts, fileWithWarningsCount }, (performance.now() - startedAt) / 1000))
        output.note(line);
  }
  return countFiles(counts);
}

type Counts = Record<'succeeded' | 'done' | 'kept' | 'skipped' | 'failed', number>;

function classifyResult(fileResult: FileResult): keyof Counts {
  if (fileResult.status !== 'skipped') return fileResult.status;
  if (fileResult.result === null) return 'skipped';
  return fileResult.reason === 'kept' ? 'kept' : 'done';
}

function countFiles(counts: Counts): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function formatSummary(counts: Counts & { fileWithWarningsCount: number }, seconds: number): string[] {
  const { succeeded, done, kept, skipped, failed, fileWithWarningsCount } = counts;
  const rate = seconds > 0 ? `, ${(succeeded / seconds).toFixed(1)} files/s` : '';
  return formatTable([
    ['completed', String(succeeded)],
    ['already done', String(done)],
    ...(kept > 0 ? [['kept', String(kept)]] : []),
    ...(skipped > 0 ? [['skipped', String(skipped)]] : []),
    ['failed', String(failed)],
    ...(fileWithWarningsCount > 0 ? [['with warnings', String(fileWithWarningsCount)]] : []),
    ['took', `${seconds.toFixed(1)} s${rate}`],
  ]);
}
