import type { Step } from '../engine/hosted/start-step.js';
import type { EngineContext } from '../engine/engine-context.js';
import type { RunChanges } from '../engine/run-changes.js';
import type { ClaimedJob } from '../queue/queue.js';
import { findEndedRunIds } from '../store/tables/runs.js';
import type { Logger } from '../system/logger.js';
import { startLeaseRenewal } from './lease-renewal.js';
import { ModuleNotStartedError, runStep, WorkerClosingError, type StepTools } from './run-step.js';

/** Time after which a step that was claimed ahead returns to its queue if its module has not started, in milliseconds. */
const maxWaitMs = 5000;

interface ActiveStep {
  readonly job: ClaimedJob;
  readonly module: string;
  /** When the step was claimed, as a `performance.now()` value, or `undefined` if it was not claimed ahead. */
  readonly claimedAheadAt: number | undefined;
  readonly abortController: AbortController;
  completion: Promise<void>;
  /** Whether the module has started. Until then, the step can return to its queue as if it had not been claimed. */
  hasModuleStarted: boolean;
  /** Whether the module has ended and only its result remains to be recorded. */
  hasModuleEnded: boolean;
}

interface ActiveStepsOptions {
  readonly tools: Omit<StepTools, 'onModuleStarted' | 'onModuleEnded'>;
  readonly changes: RunChanges;
  readonly logger: Logger;
  /** Called each time a module or a step ends. */
  readonly onEnd: () => void;
}

/** Runs claimed steps and renews their leases. A step is aborted if its lease is lost, or its run is cancelled or deleted. */
export class ActiveSteps {
  readonly #context: EngineContext;
  readonly #options: ActiveStepsOptions;
  readonly #stepByJobId = new Map<string, ActiveStep>();
  readonly #unwatch: () => void;
  readonly #stopRenewal: () => void;
  readonly #requeueTimer: NodeJS.Timeout;

  constructor(context: EngineContext, options: ActiveStepsOptions) {
    this.#context = context;
    this.#options = options;
    this.#unwatch = options.changes.watchAll((change) => {
      if (change === 'reconnected') void this.#abortEndedRuns();
      else if (change.state === 'cancelled' || change.state === 'gone') {
        this.#abortRun(change.runId, new Error(`the run was ${change.state === 'gone' ? 'deleted' : 'cancelled'}`));
      }
    });
    this.#stopRenewal = startLeaseRenewal(context.queue, {
      getJobs: () => [...this.#stepByJobId.values()].map(({ job }) => job),
      onLost: (job) => {
        const step = this.#stepByJobId.get(job.id);
        // do not abort a later attempt of the step, which has a different lease
        if (step?.job === job) step.abortController.abort(new Error('the lease was lost'));
      },
    });
    this.#requeueTimer = setInterval(() => this.#requeueOverdueSteps(), maxWaitMs / 2).unref();
  }

  /** The modules of the active steps. A step's module is listed in `executing` until it ends, and then in `recording`. */
  get modules(): { readonly executing: readonly string[]; readonly recording: readonly string[] } {
    const steps = [...this.#stepByJobId.values()];
    const modulesOf = (hasEnded: boolean) =>
      steps.filter((step) => step.hasModuleEnded === hasEnded).map((step) => step.module);
    return { executing: modulesOf(false), recording: modulesOf(true) };
  }

  /**
   * Starts a claimed step.
   *
   * @param claimedStep The step, or `undefined` if there is nothing to do, for example because the run has ended.
   * @param isClaimedAhead Whether the step was claimed before a slot was free, so that it may have to wait for other steps.
   */
  start(job: ClaimedJob, claimedStep: Step | undefined, isClaimedAhead: boolean): void {
    const { tools, logger, onEnd } = this.#options;
    const abortController = new AbortController();
    const step: ActiveStep = {
      job,
      module: claimedStep?.module ?? '',
      claimedAheadAt: isClaimedAhead ? performance.now() : undefined,
      abortController,
      completion: Promise.resolve(),
      hasModuleStarted: false,
      hasModuleEnded: false,
    };
    this.#stepByJobId.set(job.id, step);
    const onModuleStarted = (): void => {
      step.hasModuleStarted = true;
    };
    const onModuleEnded = (): void => {
      step.hasModuleEnded = true;
      onEnd();
    };
    step.completion = runStep(
      this.#context,
      { ...tools, onModuleStarted, onModuleEnded },
      job,
      claimedStep,
      abortController.signal,
    )
      .catch((error: unknown) => {
        logger.error('failed to record a step; it will run again', { error: String(error) });
      })
      .finally(() => {
        this.#stepByJobId.delete(job.id);
        onEnd();
      });
  }

  /**
   * Returns steps to their queues if their modules have not started, waits up to `gracePeriodMs` for the other steps to finish, then aborts
   * the remaining steps and releases their jobs.
   */
  async close(gracePeriodMs: number): Promise<void> {
    clearInterval(this.#requeueTimer);
    this.#requeueSteps((step) => !step.hasModuleStarted);
    await this.#waitForSteps(gracePeriodMs);
    for (const step of [...this.#stepByJobId.values()]) {
      step.abortController.abort(new WorkerClosingError('the worker is shutting down'));
      await step.completion;
      await this.#context.queue.release(step.job).catch(() => undefined);
    }
    this.#stopRenewal();
    this.#unwatch();
  }

  #requeueOverdueSteps(): void {
    const cutoff = performance.now() - maxWaitMs;
    this.#requeueSteps((step) => !step.hasModuleStarted && (step.claimedAheadAt ?? Infinity) < cutoff);
  }

  #requeueSteps(shouldRequeue: (step: ActiveStep) => boolean): void {
    for (const step of this.#stepByJobId.values()) {
      if (shouldRequeue(step))
        step.abortController.abort(new ModuleNotStartedError('the module of the step has not started'));
    }
  }

  #abortRun(runId: string, reason: Error): void {
    for (const step of this.#stepByJobId.values())
      if (step.job.data.runId === runId) step.abortController.abort(reason);
  }

  /** Aborts the steps of runs that ended or were deleted while the connection was down, because the notifications were lost. */
  async #abortEndedRuns(): Promise<void> {
    const runIds = [...this.#stepByJobId.values()].map((step) => step.job.data.runId);
    try {
      for (const runId of await findEndedRunIds(this.#context.db, runIds)) {
        this.#abortRun(runId, new Error('the run has ended'));
      }
    } catch (error) {
      this.#options.logger.warn('failed to check the active runs', { error: String(error) });
    }
  }

  async #waitForSteps(timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeoutMs)));
    await Promise.race([Promise.all([...this.#stepByJobId.values()].map((step) => step.completion)), timeout]);
    clearTimeout(timer);
  }
}
