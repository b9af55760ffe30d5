import { rm } from 'node:fs/promises';
import type { RunError } from 'millrace/shared/runs/run-status.js';
import type { Logger } from '../system/logger.js';
import { ModuleError, type ModuleLimits } from '../module-contract/module.js';
import type { ClaimedJob } from '../queue/queue.js';
import type { Runner, RunnerResult } from '../runner/runner.js';
import { RunnerError } from '../runner/runner-error.js';
import type { Step } from '../engine/hosted/begin-step.js';
import type { EngineContext } from '../engine/engine-context.js';
import { dropJob, failStep } from '../engine/hosted/fail-step.js';
import { finishStep } from '../engine/hosted/finish-step.js';
import { LeaseLostError } from '../engine/hosted/lease.js';
import type { ModuleLogs } from './module-logs.js';
import type { ProgressReports } from './progress-writer.js';

/** Why a step is aborted that another worker shall do. */
export class WorkerClosingError extends Error {
  override readonly name = 'WorkerClosingError';
}

export interface StepTools {
  readonly runner: Runner;
  readonly limits: ModuleLimits;
  readonly progress: ProgressReports;
  readonly logs: ModuleLogs;
  readonly logger: Logger;
  /** Called when the module has ended, and its outcome is about to be recorded. */
  readonly onExecuted?: () => void;
}

/**
 * Takes a claimed job through its step: run the module, record the outcome. Resolves when the job is settled or another
 * worker's; rejects only when the store cannot be reached, and then the lease runs out and the step is done again.
 *
 * @param step Nothing when the run was over before its job was claimed.
 * @param signal Aborted when the lease is lost, the run is cancelled, or this worker shuts down.
 */
export async function runStep(
  context: EngineContext,
  tools: StepTools,
  job: ClaimedJob,
  step: Step | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (!step) return dropJob(context, job);
  const scratch = await context.blobs.makeScratch();
  try {
    const outcome = await execute(context, tools, step, scratch, signal);
    tools.onExecuted?.();
    await tools.logs.flush(step.runId);
    if ('error' in outcome) await failStep(context, job, outcome.error);
    else await record(context, job, step, outcome.result);
  } catch (error) {
    if (error instanceof LeaseLostError) return;
    if (!signal.aborted) throw error;
    // a worker that shuts down gives its job back; a run that was stopped has no more use for it
    if (!(signal.reason instanceof WorkerClosingError)) await dropJob(context, job);
  } finally {
    tools.progress.forget(step.runId);
    await rm(scratch, { recursive: true, force: true });
  }
}

async function execute(
  context: EngineContext,
  { runner, limits, progress, logs, logger }: StepTools,
  step: Step,
  scratch: string,
  signal: AbortSignal,
): Promise<{ result: RunnerResult } | { error: RunError }> {
  try {
    const result = await runner.run(
      {
        module: step.module,
        model: step.model,
        params: step.params,
        input: {
          path: context.blobs.pathOf(step.inputBlob),
          format: step.inputFormat,
          textKey: step.textKey,
          fileName: step.fileName,
          isUpload: step.index === 0,
        },
        scratch,
        limits,
      },
      {
        signal,
        onProgress: (report) => progress.report(step.runId, step.index, report),
        onLog: ({ level, message }) => logs.add(step.runId, `module_${step.index + 1}`, level, message),
      },
    );
    return { result };
  } catch (error) {
    if (signal.aborted) throw error;
    if (!(error instanceof ModuleError)) {
      const detail = error instanceof RunnerError ? error.detail : undefined;
      logger.warn('a module did not end by itself', {
        module: step.module,
        run: step.runId,
        error: String(error),
        detail,
      });
    }
    return { error: describe(error, step.module) };
  }
}

function describe(error: unknown, task: string): RunError {
  if (error instanceof ModuleError) return { code: 'module_failed', message: error.message, task };
  if (error instanceof RunnerError && error.code !== 'failed') {
    return { code: `module_${error.code}`, message: error.message, task };
  }
  // not meant for users, and it may name the server's own files
  return { code: 'module_failed', message: `module '${task}' failed unexpectedly; the server's log has more`, task };
}

async function record(context: EngineContext, job: ClaimedJob, step: Step, result: RunnerResult): Promise<void> {
  const keepsSnippets = step.isSearched && result.snippetsPath !== undefined;
  const blobs = {
    output: await context.blobs.adopt(result.path),
    snippets: keepsSnippets ? await context.blobs.adopt(result.snippetsPath) : null,
  };
  try {
    await finishStep(context, job, step, result, blobs);
  } catch (error) {
    // what this worker wrote is nobody's; when the store is what failed, the sweep of unknown blobs decides instead
    if (error instanceof LeaseLostError) {
      for (const blob of [blobs.output, blobs.snippets]) if (blob !== null) await context.blobs.delete(blob);
    }
    throw error;
  }
}
