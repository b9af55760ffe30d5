import type { EngineContext } from '../engine/engine-context.js';
import { beginSteps, type Step } from '../engine/hosted/begin-step.js';
import type { RunChanges } from '../engine/run-changes.js';
import type { ModuleLimits } from '../module-contract/module.js';
import { moduleOf, queueOf, type ClaimedJob } from '../queue/queue.js';
import type { Runner } from '../runner/runner.js';
import type { Queryable } from '../store/db/db.js';
import type { Logger } from '../system/logger.js';
import { ActiveSteps } from './active-steps.js';
import { ModuleLogs } from './module-logs.js';
import { ProgressWriter } from './progress-writer.js';

interface WorkerOptions {
  /** Maximum number of steps that are executed concurrently. */
  readonly concurrency: number;
  /** Names of the modules whose steps this worker executes. */
  readonly modules: readonly string[];
  readonly limits: ModuleLimits;
  readonly logger: Logger;
  /** How long `close` waits for running steps before aborting them, in milliseconds. */
  readonly graceMs: number;
}

/**
 * Maximum number of steps that are recording their results, as a multiple of `concurrency`. At this limit, the worker claims no more steps,
 * so that steps do not accumulate while the database is slow.
 */
const recordingFactor = 2;

/** Interval between polls of all queues, in milliseconds. */
const pollMs = 1000;

/** Claims steps and executes up to `concurrency` of them concurrently. Runs in the server, or in a separate process on any host. */
export class WorkerLoop {
  readonly #context: EngineContext;
  readonly #options: WorkerOptions;
  readonly #runner: Runner;
  readonly #queues: readonly string[];
  /** The queues that may have jobs. */
  readonly #candidates = new Set<string>();
  /** The queues from which the last claim returned only steps that are the last of their runs. */
  readonly #lastStepQueues = new Set<string>();
  /** The `performance.now()` time of the last poll of all queues. */
  #polledAllAt = -Infinity;
  readonly #progress: ProgressWriter;
  readonly #logs: ModuleLogs;
  readonly #steps: ActiveSteps;
  readonly #unsubscribe: () => void;
  readonly #dispatchLoop: Promise<void>;
  #wake: () => void = () => undefined;
  #wasWoken = false;
  #hadDiskRoom = true;
  #isClosing = false;

  constructor(context: EngineContext, runner: Runner, changes: RunChanges, options: WorkerOptions) {
    const { limits, logger } = options;
    this.#context = context;
    this.#options = options;
    this.#runner = runner;
    this.#queues = options.modules.map(queueOf);
    this.#progress = new ProgressWriter(context);
    this.#logs = new ModuleLogs(context);
    this.#steps = new ActiveSteps(context, {
      tools: { runner, limits, progress: this.#progress, logs: this.#logs, logger },
      changes,
      logger,
      onEnd: () => this.#wakeUp(),
    });
    this.#unsubscribe = context.queue.onWake((queue) => {
      if (this.#queues.includes(queue)) this.#candidates.add(queue);
      this.#wakeUp();
    });
    this.#dispatchLoop = this.#dispatch();
  }

  /** Stops claiming steps, waits up to `graceMs` for running steps to finish, and returns the rest to their queues. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#wakeUp();
    await this.#dispatchLoop;
    await this.#steps.close(this.#options.graceMs);
    this.#unsubscribe();
    this.#progress.close();
    this.#logs.close();
  }

  async #dispatch(): Promise<void> {
    while (!this.#isClosing) {
      // reset the flag before reading the queues, so that a job that arrives in the meantime prevents the sleep
      this.#wasWoken = false;
      this.#addAllCandidatesIfDue();
      const queues = [...this.#candidates].filter((queue) => this.#countClaimable(queue) > 0);
      const claimed = queues.length > 0 && (await this.#hasDiskRoom()) ? await this.#claim(queues) : [];
      const free = this.#options.concurrency - this.#steps.modules.executing.length;
      for (const [i, { job, begun }] of claimed.entries()) this.#steps.start(job, begun, i >= free);
      if (claimed.length === 0) await this.#sleep();
    }
  }

  /**
   * Returns how many more steps can be claimed from a queue. If the queue's last claim returned only last steps and its module's tasks are
   * short, the number can exceed the free slots. The module processes then receive their next tasks without waiting for another claim.
   */
  #countClaimable(queue: string): number {
    const { concurrency } = this.#options;
    // the share of a process that one task of a module occupies
    const shareOf = (module: string): number => 1 / (this.#runner.getTasksPerProcess?.(module) ?? 1);
    const sum = (modules: readonly string[]): number => modules.reduce((total, module) => total + shareOf(module), 0);
    const { executing, recording } = this.#steps.modules;
    if (sum(recording) >= concurrency * recordingFactor) return 0;
    const free = Math.max(0, concurrency - executing.length);
    // claim ahead only the last steps of runs, because the last step of one file takes precedence over the first step of another
    if (!this.#lastStepQueues.has(queue)) return free;
    const tasksPerProcess = 1 / shareOf(moduleOf(queue));
    const room = Math.floor((concurrency - sum(executing)) * tasksPerProcess);
    // wait until there is room for many steps, because claiming many costs little more than claiming one
    return free > 0 || room >= (concurrency * tasksPerProcess) / 2 ? Math.max(free, room) : 0;
  }

  /** Returns whether the disk has room. While the disk is full, steps stay in their queues, because they would fail. */
  async #hasDiskRoom(): Promise<boolean> {
    const hasRoom = await this.#context.blobs.hasRoomFor().catch(() => true);
    if (hasRoom !== this.#hadDiskRoom) {
      this.#hadDiskRoom = hasRoom;
      this.#options.logger.warn(
        hasRoom ? 'the disk has room again' : 'the disk is full; steps wait until it has room again',
      );
    }
    return hasRoom;
  }

  /** Makes all queues candidates once a second. Expired leases and elapsed delays send no notification, and notifications can be lost. */
  #addAllCandidatesIfDue(): void {
    if (performance.now() - this.#polledAllAt < pollMs) return;
    this.#polledAllAt = performance.now();
    for (const queue of this.#queues) this.#candidates.add(queue);
  }

  async #claim(candidates: readonly string[]): Promise<readonly { job: ClaimedJob; begun: Step | undefined }[]> {
    // remove the candidates before reading the queues, so that a job that arrives in the meantime makes its queue a candidate again
    for (const queue of candidates) this.#candidates.delete(queue);
    try {
      const limit = (queue: string): number => Math.max(1, this.#countClaimable(queue));
      const begin = (tx: Queryable, jobs: readonly ClaimedJob[]) =>
        beginSteps(
          this.#context,
          tx,
          jobs.map(({ data }) => data),
        );
      const claimed = await this.#context.queue.claim(candidates, limit, begin, (ready) => {
        for (const queue of ready) this.#candidates.add(queue);
      });
      if (claimed.length === 0) return [];
      const [{ job }] = claimed as [(typeof claimed)[0]];
      if (claimed.every(({ begun }) => begun?.isLast)) this.#lastStepQueues.add(job.queue);
      else this.#lastStepQueues.delete(job.queue);
      return claimed;
    } catch (error) {
      for (const queue of candidates) this.#candidates.add(queue);
      this.#options.logger.warn('failed to claim jobs from the queue', { error: String(error) });
      return [];
    }
  }

  #wakeUp(): void {
    this.#wasWoken = true;
    this.#wake();
  }

  async #sleep(): Promise<void> {
    if (this.#wasWoken || this.#isClosing) return;
    await new Promise<void>((resolve) => {
      const untilPoll = this.#polledAllAt + pollMs - performance.now();
      const timer = setTimeout(resolve, untilPoll > 0 ? untilPoll : pollMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => undefined;
  }
}
