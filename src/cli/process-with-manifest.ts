import type { Pipeline, ProcessManyOptions } from '../index.js';
import { completed, failed, type FileOutcome } from './process-file.js';
import type { ProgressDisplay } from './progress-display.js';

/**
 * Processes files as a journal says: finished ones are skipped, runs that are under way are taken up, and the rest is sent.
 *
 * @throws when the journal cannot be used, or the signal is aborted.
 */
export async function processWithManifest(
  pipeline: Pipeline,
  files: readonly string[],
  options: ProcessManyOptions,
  { report, progress }: { report: (outcome: FileOutcome) => void; progress: ProgressDisplay },
): Promise<void> {
  let done = 0;
  const show = () => progress.update(pipeline.name, `${done} of ${files.length} files`, done / files.length);
  show();
  for await (const outcome of pipeline.processMany(files, options)) {
    done++;
    show();
    if (outcome.status === 'failed') report(failed(outcome.key, pipeline.name, outcome.requestId, outcome.error));
    else report(completed(outcome.key, outcome.result, outcome.status === 'skipped' ? 'skipped' : 'completed'));
  }
}
