import { CoalescedProgress } from './coalesced-progress.js';
import { findImplementation } from './find-implementation.js';
import type { RunnerProgress, RunnerResult, RunnerTask } from './runner.js';
import { sealOutput } from './seal-output.js';

/** Runs one task in this process, from finding its module to the checksum of its output. */
export async function runTask(
  task: RunnerTask,
  file: string | undefined,
  signal: AbortSignal,
  report: (progress: RunnerProgress) => void,
): Promise<RunnerResult> {
  const { model, params, input, scratch, limits } = task;
  const implementation = await findImplementation(task.module, file);
  const leave = enter(scratch);
  const progress = new CoalescedProgress(report);
  try {
    const output: unknown = await implementation.run(input, {
      model,
      params,
      scratch,
      signal,
      limits,
      progress: (current, total, message) => progress.report(current, total, message),
    });
    return sealOutput(output, scratch, limits.maxOutputBytes);
  } finally {
    progress.end();
    leave();
  }
}

/** What libraries write beside their output, into the working or the temporary directory, goes away with the scratch directory. */
function enter(scratch: string): () => void {
  const directory = process.cwd();
  const temporary = process.env['TMPDIR'];
  process.chdir(scratch);
  process.env['TMPDIR'] = scratch;
  return () => {
    process.chdir(directory);
    if (temporary === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = temporary;
  };
}
