import type { Client, FetchOutputOptions } from '../../../index.js';
import type { Call } from '../../command.js';
import { combineExitCodes, exitCode, type ExitCode } from '../../output/exit-code.js';
import { explainError } from '../../output/explain-error.js';
import { createProgress } from '../../output/progress-display.js';
import { describeExpiries } from '../process/print-expiry.js';
import { createNamedPipeline } from '../../session/named-pipeline.js';
import { forEachConcurrently } from '../../../shared/runtime/for-each-concurrently.js';
import { throwIfAborted } from '../../../shared/runtime/abort-reason.js';

/** Maximum number of concurrent downloads. */
const concurrency = 4;

/** Saves the outputs of a batch's completed runs. If an output cannot be saved, continues with the others. */
export async function fetchBatch(
  client: Client,
  batchId: string,
  options: FetchOutputOptions,
  { output, signal }: Pick<Call, 'output' | 'signal'>,
): Promise<ExitCode> {
  const batch = await client.batches.get(batchId, { signal });
  const pipeline = createNamedPipeline(client, batch.pipeline);
  const progress = createProgress(output);
  const codes: ExitCode[] = [];
  const outputFiles: string[] = [];
  const failed: { fileId: string; message: string }[] = [];
  const expiries: (string | null)[] = [];
  const saveOutput = async ({ fileId, expiresAt }: CompletedFile): Promise<void> => {
    expiries.push(expiresAt);
    try {
      outputFiles.push(...(await pipeline.fetchOutput(fileId, options)).outputFiles);
      codes.push(exitCode.ok);
    } catch (error) {
      throwIfAborted(signal);
      const { message, code } = explainError(error);
      failed.push({ fileId, message });
      codes.push(code);
      output.error(`${fileId}: ${message}`);
    }
    const { completed } = batch.counts;
    progress.update(batch.name, `${codes.length} of ${completed}`, Math.min(1, codes.length / Math.max(1, completed)));
  };
  try {
    await forEachConcurrently(listCompletedFiles(client, batchId, signal), concurrency, saveOutput, signal);
  } finally {
    progress.close();
  }
  output.result({ batchId, pipeline: batch.pipeline, outputFiles, failed }, () => outputFiles);
  if (!output.json && expiries.length > 0) output.note(describeExpiries(expiries));
  return codes.length === 0 ? exitCode.ok : combineExitCodes(codes);
}

interface CompletedFile {
  readonly fileId: string;
  readonly expiresAt: string | null;
}

async function* listCompletedFiles(
  client: Client,
  batchId: string,
  signal: AbortSignal,
): AsyncGenerator<CompletedFile> {
  let cursor: string | undefined;
  do {
    const page = await client.runs.list(
      { batch: batchId, state: 'completed', sort: 'created', limit: 500, cursor },
      { signal },
    );
    for (const { fileId, expiresAt } of page.items) if (fileId !== null) yield { fileId, expiresAt };
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
