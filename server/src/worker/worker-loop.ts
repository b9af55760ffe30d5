import type { EngineContext } from '../engine/engine-context.js';
import { startSteps, type Step } from '../engine/hosted/start-step.js';
import type { RunChanges } from '../engine/run-changes.js';
import type { ModuleLimits } from '../module-contract/module.js';
import { toModuleName, toQueueName, type ClaimedJob } from '../queue/queue.js';
import type { Runner } from '../runner/runner.js';
import type { Queryable } from '../store/db/db.js';
import type { Logger } from '../system/logger.js';
import { ActiveSteps } from './active-steps.js';
import { ModuleLogs } from './module-logs.js';
import { ProgressWriter } from './progress-writer.js';

interface WorkerOptions {
  /** Maximum number of steps to execute concurrently, not counting steps that are claimed ahead. */
  readonly concurrency: number;
  /** Names of the modules whose steps this worker executes. */
  readonly modules: readonly string[];
  readonly limits: ModuleLimits;
  readonly logger: Logger;
  /** How long `close` waits for running steps before aborting them, in milliseconds. */
  readonly gracePeriodMs: number;
}

/**
 * Limit on the steps that are recording their results, as a multiple of `concurrency`. Each step counts as the share of a process that its
 * task occupied. At the limit, the worker claims no more steps, so that steps do not accumulate while the database is slow.
 */
const recordingFactor = 2;

/** Interval between polls of all queues, in milliseconds. */
const pollIntervalMs = 1000;

/** Claims steps and executes up to `concurrency` of them concurrently. Runs in the server, or in a separate process on any host. */
export class WorkerLoop {
  readonly #context: EngineContext;
  readonly #options: WorkerOptions;
  readonly #runner: Runner;
  readonly #queues: readonly string[];
  /** The queues that may have jobs. */
  readonly #candidates = new Set<string>();
  /** The queues whose most recent claim returned only the last steps of runs. */
  readonly #lastStepQueues = new Set<string>();
  /** When the worker most recently made all queues candidates, as a `performance.now()` value. */
  #polledAllAt = -Infinity;
  readonly #progress: ProgressWriter;
  readonly #logs: ModuleLogs;
  readonly #steps: ActiveSteps;
  readonly #unsubscribe: () => void;
  readonly #dispatchLoop: Promise<void>;
  #endSleep: () => void = () => undefined;
  #wasWoken = false;
  #hadDiskRoom = true;
  #isClosing = false;

  constructor(context: EngineContext, runner: Runner, changes: RunChanges, options: WorkerOptions) {
    const { limits, logger } = options;
    this.#context = context;
    this.#options = options;
    this.#runner = runner;
    this.#queues = options.modules.map(toQueueName);
    this.#progress = new ProgressWriter(context);
    this.#logs = new ModuleLogs(context);
    this.#steps = new ActiveSteps(context, {
      tools: { runner, limits, progress: this.#progress, logs: this.#logs, logger },
      changes,
      logger,
      onEnd: () => this.#wakeUp(),
    });
    this.#unsubscribe = context.queue.onJobsAvailable((queue) => {
      if (this.#queues.includes(queue)) this.#candidates.add(queue);
      this.#wakeUp();
    });
    this.#dispatchLoop = this.#dispatch();
  }

  /** Stops claiming steps, waits up to `gracePeriodMs` for running steps to finish, and returns the rest to their queues. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#wakeUp();
    await this.#dispatchLoop;
    await this.#steps.close(this.#options.gracePeriodMs);
    this.#unsubscribe();
    this.#progress.close();
    this.#logs.close();
  }

  async #dispatch(): Promise<void> {
    while (!this.#isClosing) {
      // reset the flag before reading the queues, so that a job that arrives in the meantime prevents the sleep
      this.#wasWoken = false;
      this.#addAllQueuesIfDue();
      const queues = [...this.#candidates].filter((queue) => this.#getClaimLimit(queue) > 0);
      const claimed = queues.length > 0 && (await this.#hasDiskRoom()) ? await this.#claim(queues) : [];
      const freeSlots = this.#options.concurrency - this.#steps.modules.executing.length;
      for (const [i, { job, started: step }] of claimed.entries()) this.#steps.start(job, step, i >= freeSlots);
      if (claimed.length === 0) await this.#sleep();
    }
  }

  /**
   * Returns the maximum number of steps to claim from a queue now. If the queue's most recent claim returned only the last steps of runs
   * and a process of its module can hold several tasks, the limit can exceed the number of free slots. The module processes then receive
   * their next tasks without waiting for another claim.
   */
  #getClaimLimit(queue: string): number {
    const { concurrency } = this.#options;
    // the share of a process that one task of a module occupies
    const processShareOf = (module: string): number => 1 / (this.#runner.getTasksPerProcess?.(module) ?? 1);
    const sumShares = (modules: readonly string[]): number =>
      modules.reduce((total, module) => total + processShareOf(module), 0);
    const { executing, recording } = this.#steps.modules;
    if (sumShares(recording) >= concurrency * recordingFactor) return 0;
    const freeSlots = Math.max(0, concurrency - executing.length);
    // claim ahead only the last steps of runs, because they take precedence over the first steps of other runs
    if (!this.#lastStepQueues.has(queue)) return freeSlots;
    const tasksPerProcess = 1 / processShareOf(toModuleName(queue));
    const room = Math.floor((concurrency - sumShares(executing)) * tasksPerProcess);
    // if no slot is free, wait until the processes have room for half of the tasks that they can hold, because claiming many steps costs
    // little more than claiming one
    return freeSlots > 0 || room >= (concurrency * tasksPerProcess) / 2 ? Math.max(freeSlots, room) : 0;
  }

  /** Returns whether the disk has room, and logs each change. While the disk is full, no steps are claimed, because they would fail. */
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

  /**
   * Makes all queues candidates if `pollIntervalMs` has passed since it last did so. No notification is sent when a lease expires or a
   * delay ends, and notifications can be lost.
   */
  #addAllQueuesIfDue(): void {
    if (performance.now() - this.#polledAllAt < pollIntervalMs) return;
    this.#polledAllAt = performance.now();
    for (const queue of this.#queues) this.#candidates.add(queue);
  }

  async #claim(candidates: readonly string[]): Promise<readonly { job: ClaimedJob; started: Step | undefined }[]> {
    // remove the candidates before reading the queues, so that a job that arrives in the meantime makes its queue a candidate again
    for (const queue of candidates) this.#candidates.delete(queue);
    try {
      const getLimit = (queue: string): number => Math.max(1, this.#getClaimLimit(queue));
      const startJobs = (tx: Queryable, jobs: readonly ClaimedJob[]) =>
        startSteps(
          this.#context,
          tx,
          jobs.map(({ data }) => data),
        );
      const claimed = await this.#context.queue.claim(candidates, getLimit, startJobs, (ready) => {
        for (const queue of ready) this.#candidates.add(queue);
      });
      if (claimed.length === 0) return [];
      const [{ job }] = claimed as [(typeof claimed)[0]];
      if (claimed.every(({ started: step }) => step?.isLast)) this.#lastStepQueues.add(job.queue);
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
    this.#endSleep();
  }

  async #sleep(): Promise<void> {
    if (this.#wasWoken || this.#isClosing) return;
    await new Promise<void>((resolve) => {
      const msUntilPoll = this.#polledAllAt + pollIntervalMs - performance.now();
      const timer = setTimeout(resolve, msUntilPoll > 0 ? msUntilPoll : pollIntervalMs);
      this.#endSleep = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#endSleep = () => undefined;
  }
}
