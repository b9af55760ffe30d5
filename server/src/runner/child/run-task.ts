import { mkdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { formatWarning } from 'millrace/shared/runs/run-warning.js';
import { Throttle } from 'millrace/shared/runtime/throttle.js';
import { ModelAccess, type UsedModel } from '../../module-contract/model-access.js';
import type { ModelSettings } from '../../module-contract/model-settings.js';
import type { ModuleSource } from '../messages.js';
import { findImplementation } from './find-implementation.js';
import type { RunnerListeners, RunnerProgress, RunnerResult, RunnerTask } from '../runner.js';
import { checkOutput } from './check-output.js';
import { toModuleInput } from './task-input.js';
import { TaskLog } from './task-log.js';
import { TaskWarnings } from '../task-warnings.js';

/** Minimum interval between progress messages, in milliseconds. */
const progressIntervalMs = 250;
const maxProgressMessageLength = 1000;

type ReportListeners = Omit<Required<RunnerListeners>, 'onStarted'>;

interface TaskOptions {
  readonly source: ModuleSource | undefined;
  readonly models: ModelSettings;
  /** Maximum duration of the module, in milliseconds. */
  readonly taskTimeoutMs: number;
}

/** Runs a task in this process. If the result contains the output's content, deletes the output file. */
export async function runTask(
  task: RunnerTask,
  options: TaskOptions,
  signal: AbortSignal,
  listeners: ReportListeners,
): Promise<RunnerResult> {
  const result = await runModule(task, options, signal, listeners);
  return result.content ? cleanUp(result, task.scratch) : result;
}

async function runModule(
  task: RunnerTask,
  { source, models: settings, taskTimeoutMs }: TaskOptions,
  signal: AbortSignal,
  listeners: ReportListeners,
): Promise<RunnerResult> {
  const { model, params, input, scratch, limits, owner, maxContentBytes } = task;
  const deadlineAt = performance.now() + taskTimeoutMs;
  const implementation = await findImplementation(task.module, source);
  const restoreDirectories = enterScratch(scratch);
  const progress = new Throttle(listeners.onProgress, { intervalMs: progressIntervalMs });
  const log = new TaskLog(listeners.onLog);
  const warnings = new TaskWarnings((warning) => log.write(formatWarning({ ...warning, module: null }), 'warning'));
  const models = new ModelAccess(settings, owner, deadlineAt);
  try {
    const output: unknown = await implementation.run(toModuleInput(input, scratch), {
      model,
      params,
      scratch,
      signal,
      limits,
      models,
      progress: (current, total, message) => {
        // ignore a report whose `current` is not a finite number, because a progress report must never make a task fail
        if (Number.isFinite(current)) progress.push(toProgress(current, total, message));
      },
      log: (message, level) => log.write(message, level),
      warn: (warning) => warnings.add(warning),
    });
    return addModel(
      checkOutput(output, scratch, { maxBytes: limits.maxOutputBytes, maxContentBytes }),
      models.usedModel,
    );
  } finally {
    if (warnings.all.count > 0) listeners.onWarnings(warnings.all);
    if (models.usage.requests + models.usage.cached > 0) listeners.onUsage(models.usage);
    progress.close();
    log.end();
    restoreDirectories();
  }
}

function toProgress(current: number, total: unknown, message: unknown): RunnerProgress {
  return {
    current,
    total: typeof total === 'number' && Number.isFinite(total) ? total : null,
    ...(typeof message === 'string' && { message: message.slice(0, maxProgressMessageLength) }),
  };
}

/** If the module opened a model, adds this model to the result and its facts, even if the module did not report it. */
function addModel(result: RunnerResult, usedModel: UsedModel | undefined): RunnerResult {
  if (!usedModel) return result;
  return {
    ...result,
    model: usedModel,
    facts: { ...result.facts, model: usedModel.name, model_route: usedModel.route },
  };
}

/** Deletes the output file, and the scratch directory if it is then empty. This takes only two system calls. */
function cleanUp(result: RunnerResult, scratch: string): RunnerResult {
  try {
    unlinkSync(result.path);
    rmdirSync(scratch);
    return { ...result, isCleanedUp: true };
  } catch {
    return result;
  }
}

/**
 * Creates the scratch directory, and makes it the working directory and the temporary directory. Files that libraries leave behind are
 * then deleted with the scratch directory.
 *
 * @returns A function that restores the previous working directory and temporary directory.
 */
function enterScratch(scratch: string): () => void {
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  const workingDirectory = process.cwd();
  const temporaryDirectory = process.env['TMPDIR'];
  process.chdir(scratch);
  process.env['TMPDIR'] = scratch;
  return () => {
    process.chdir(workingDirectory);
    if (temporaryDirectory === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = temporaryDirectory;
  };
}
