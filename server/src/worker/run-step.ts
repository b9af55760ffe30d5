import { describeRetry } from 'millrace/shared/runs/log-line.js';
import type { KnownRunError } from 'millrace/shared/runs/run-status.js';
import type { Usage } from 'millrace/shared/runs/usage.js';
import type { Logger } from '../system/logger.js';
import { ModuleError, type ModuleLimits } from '../module-contract/module.js';
import type { ClaimedJob } from '../queue/queue.js';
import type { Runner, RunnerResult } from '../runner/runner.js';
import type { ModuleWarnings } from '../runner/task-warnings.js';
import { RunnerError } from '../runner/runner-error.js';
import { diskFullMessage } from '../runner/stop-reasons.js';
import { DiskFullError } from '../blobs/blob-store.js';
import type { Step } from '../engine/hosted/start-step.js';
import type { EngineContext } from '../engine/engine-context.js';
import { dropJob, failStep } from '../engine/hosted/fail-step.js';
import { finishStep } from '../engine/hosted/finish-step.js';
import { LeaseLostError } from '../engine/hosted/lease.js';
import { retryStepLater, requeueStep } from '../engine/hosted/return-steps.js';
import type { ModuleLogs } from './module-logs.js';
import type { ProgressWriter } from './progress-writer.js';

interface ModuleReport {
  readonly warnings: ModuleWarnings | undefined;
  readonly usage: Usage | undefined;
}

/** Maximum number of attempts of a step whose module requests retries. */
const maxAttempts = 10;
/** Maximum delay that a module can request before a retry, in seconds. */
const maxDelaySeconds = 86_400;

/** The abort reason for a step that must return to its queue before its module starts. */
export class ModuleNotStartedError extends Error {
  override readonly name = 'ModuleNotStartedError';
}

/** The abort reason for a step that is still running when the grace period of its closing worker ends. */
export class WorkerClosingError extends Error {
  override readonly name = 'WorkerClosingError';
}

export interface StepTools {
  readonly runner: Runner;
  readonly limits: ModuleLimits;
  readonly progress: ProgressWriter;
  readonly logs: ModuleLogs;
  readonly logger: Logger;
  /** Called when the module starts, and again if the runner retries it in another process. */
  readonly onModuleStarted?: () => void;
  /** Called when the module has succeeded or failed, before the outcome is recorded. Not called if the step is aborted first. */
  readonly onModuleEnded?: () => void;
}

/**
 * Runs the module of a claimed step and records the outcome. Resolves when the job is completed or requeued, or its lease is lost. After an
 * abort with a `WorkerClosingError`, the job may still be claimed, and the caller must release it.
 *
 * @param step The step, or `undefined` if there is nothing to do, for example because the run has ended.
 * @param signal Aborts when the lease is lost, the run ends or is deleted, the step must return to its queue, or this worker is closing and
 * its grace period has passed.
 * @throws If the outcome cannot be recorded, for example because the database is unavailable. The lease then expires, and the step runs
 * again.
 */
export async function runStep(
  context: EngineContext,
  tools: StepTools,
  job: ClaimedJob,
  step: Step | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (!step) return dropJob(context, job);
  const scratch = context.blobs.newScratchPath();
  let shouldRemoveScratch = true;
  try {
    const outcome = await runModule(context, tools, step, scratch, signal);
    shouldRemoveScratch = !('result' in outcome && outcome.result.isCleanedUp);
    tools.onModuleEnded?.();
    await tools.logs.flush(step.runId);
    if ('retryAfterSeconds' in outcome) await retryStepLater(context, job, outcome);
    else if ('error' in outcome) await failStep(context, job, outcome.error, outcome);
    else await recordResult(context, job, step, outcome);
  } catch (error) {
    if (error instanceof LeaseLostError) return;
    if (error instanceof DiskFullError) {
      await failStep(context, job, { code: 'disk_full', message: diskFullMessage, task: step.module });
      return;
    }
    if (!signal.aborted) throw error;
    if (signal.reason instanceof ModuleNotStartedError) {
      await requeueStep(context, job).catch(ignoreLostLease);
      // if the worker is closing, the caller releases the job; otherwise, the run has ended or was deleted, or the lease was lost
    } else if (!(signal.reason instanceof WorkerClosingError)) await dropJob(context, job);
  } finally {
    tools.progress.drop(step.runId);
    if (shouldRemoveScratch) await context.blobs.removeScratch(scratch);
  }
}

type Outcome = ({ result: RunnerResult } | { error: KnownRunError } | { retryAfterSeconds: number }) & ModuleReport;

async function runModule(
  context: EngineContext,
  { runner, limits, progress, logs, logger, onModuleStarted }: StepTools,
  step: Step,
  scratch: string,
  signal: AbortSignal,
): Promise<Outcome> {
  let warnings: ModuleWarnings | undefined;
  let usage: Usage | undefined;
  try {
    const result = await runner.run(
      {
        module: step.module,
        model: step.model,
        params: step.params,
        input: {
          ...(await context.blobs.locate(step.inputBlob)),
          format: step.inputFormat,
          textKey: step.textKey,
          fileName: step.fileName,
          isUpload: step.index === 0,
        },
        scratch,
        limits,
        owner: step.accountId,
        // always store an index as a file, because semantic search opens it by path
        maxContentBytes: context.modules.find(step.module)?.output === 'faiss' ? 0 : context.blobs.maxSmallBlobBytes,
      },
      {
        signal,
        ...(onModuleStarted && { onStarted: onModuleStarted }),
        onProgress: (reported) => progress.add(step.runId, step.index, reported),
        onLog: ({ level, message }) => logs.add(step.runId, `module_${step.index + 1}`, level, message),
        onWarnings: (reported) => (warnings = reported),
        onUsage: (reported) => (usage = reported),
      },
    );
    return { result, warnings, usage };
  } catch (error) {
    if (signal.aborted) throw error;
    const retry = planRetry(error, step);
    if (retry) {
      logs.add(step.runId, `module_${step.index + 1}`, 'warning', retry.message);
      return { retryAfterSeconds: retry.delaySeconds, warnings, usage };
    }
    if (!(error instanceof ModuleError)) {
      const detail = error instanceof RunnerError ? error.detail : undefined;
      logger.warn('module terminated abnormally', {
        module: step.module,
        run: step.runId,
        error: String(error),
        detail,
      });
    }
    return { error: toRunError(error, step.module), warnings, usage };
  }
}

/**
 * Returns the delay before the next attempt and the message to log, or `undefined` if the module did not request a retry, the requested
 * delay is too long, or this was the last attempt.
 */
function planRetry(error: unknown, { attempt }: Step): { delaySeconds: number; message: string } | undefined {
  if (!(error instanceof ModuleError)) return undefined;
  const { retryAfterSeconds: seconds, message } = error;
  if (seconds === undefined || seconds > maxDelaySeconds || attempt >= maxAttempts) return undefined;
  return { delaySeconds: seconds, message: describeRetry({ attempt, message, seconds }) };
}

function ignoreLostLease(error: unknown): void {
  if (!(error instanceof LeaseLostError)) throw error;
}

function toRunError(error: unknown, task: string): KnownRunError {
  if (error instanceof ModuleError) return { code: 'module_failed', message: error.message, task };
  if (error instanceof RunnerError && error.code !== 'failed') {
    return { code: error.code === 'disk_full' ? error.code : `module_${error.code}`, message: error.message, task };
  }
  // do not show the original message to users, because it may contain server paths
  return {
    code: 'module_failed',
    message: `module '${task}' failed unexpectedly; see the server log for details`,
    task,
  };
}

async function recordResult(
  context: EngineContext,
  job: ClaimedJob,
  step: Step,
  { result, warnings, usage }: { result: RunnerResult } & ModuleReport,
): Promise<void> {
  const keepsSnippets = step.needsSnippets && result.snippetsPath !== undefined;
  const smallBlob = result.content && (await context.blobs.put(Buffer.from(result.content)));
  const blobs = {
    output: smallBlob?.key ?? (await context.blobs.adopt(result.path)),
    content: smallBlob?.content,
    snippets: keepsSnippets ? await context.blobs.adopt(result.snippetsPath) : null,
  };
  try {
    await finishStep(context, job, step, { result, blobs, warnings, usage });
  } catch (error) {
    // after any error other than a lost lease, the transaction may have committed, so leave the blobs for the leftover sweep
    if (error instanceof LeaseLostError) {
      for (const blob of [smallBlob ? null : blobs.output, blobs.snippets]) {
        if (blob !== null) await context.blobs.delete(blob);
      }
    }
    throw error;
  }
}
