import type { EngineContext } from '../engine/engine-context.js';
import { beginSteps, type Step } from '../engine/hosted/begin-step.js';
import type { RunChanges } from '../engine/run-changes.js';
import type { ModuleLimits } from '../module-contract/module.js';
import { queueOf, type ClaimedJob } from '../queue/queue.js';
import type { Runner } from '../runner/runner.js';
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
 * Maximum number of steps that are recording their outcomes, as a multiple of `concurrency`. It keeps the worker from claiming
 * more steps while the store is slow.
 */
const recordingFactor = 2;

/** Interval between polls of all queues, in milliseconds. Polling finds jobs whose wake-up was lost. */
const pollMs = 1000;

/** Claims and executes up to `concurrency` steps at a time. Runs inside the server, or in a separate process on any host. */
export class WorkerLoop {
  readonly #context: EngineContext;
  readonly #options: WorkerOptions;
  readonly #queues: readonly string[];
  /** The queues that may have jobs. */
  readonly #candidates = new Set<string>();
  /** When all queues were last polled, as a `performance.now()` timestamp. */
  #polledAllAt = -Infinity;
  readonly #progress: ProgressWriter;
  readonly #logs: ModuleLogs;
  readonly #steps: ActiveSteps;
  readonly #unsubscribe: () => void;
  readonly #dispatching: Promise<void>;
  #wake: () => void = () => undefined;
  #awake = false;
  #hadRoom = true;
  #closing = false;

  constructor(context: EngineContext, runner: Runner, changes: RunChanges, options: WorkerOptions) {
    const { limits, logger } = options;
    this.#context = context;
    this.#options = options;
    this.#queues = options.modules.map(queueOf);
    this.#progress = new ProgressWriter(context);
    this.#logs = new ModuleLogs(context);
    this.#steps = new ActiveSteps(context, {
      tools: { runner, limits, progress: this.#progress, logs: this.#logs, logger },
      changes,
      logger,
      onProgress: () => this.#wakeUp(),
    });
    this.#unsubscribe = context.queue.onWake((queue) => {
      if (this.#queues.includes(queue)) this.#candidates.add(queue);
      this.#wakeUp();
    });
    this.#dispatching = this.#dispatch();
  }

  /** Stops claiming steps, waits up to `graceMs` for running steps to finish, and returns the rest to the queue. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#wakeUp();
    await this.#dispatching;
    await this.#steps.close(this.#options.graceMs);
    this.#unsubscribe();
    this.#progress.close();
    this.#logs.close();
  }

  async #dispatch(): Promise<void> {
    while (!this.#closing) {
      // reset this before reading the queues, so that a job that arrives in the meantime interrupts the sleep
      this.#awake = false;
      const claimed = this.#capacity > 0 && (await this.#hasRoom()) ? await this.#claim(this.#capacity) : [];
      for (const { job, begun } of claimed) this.#steps.start(job, begun);
      if (claimed.length === 0) await this.#sleep();
    }
  }

  /** How many more steps can begin. */
  get #capacity(): number {
    const { concurrency } = this.#options;
    const { executing, recording } = this.#steps.counts;
    return recording < concurrency * recordingFactor ? concurrency - executing : 0;
  }

  /** Leaves steps in the queue while the disk is full, because they would fail. */
  async #hasRoom(): Promise<boolean> {
    const hasRoom = await this.#context.blobs.hasRoomFor().catch(() => true);
    if (hasRoom !== this.#hadRoom) {
      this.#hadRoom = hasRoom;
      this.#options.logger.warn(
        hasRoom ? 'the disk has room again' : 'the disk is full: steps wait until there is room',
      );
    }
    return hasRoom;
  }

  async #claim(limit: number): Promise<readonly { job: ClaimedJob; begun: Step | undefined }[]> {
    // poll all queues, because expired leases and elapsed delays cause no wake-up, and wake-ups can be lost
    if (performance.now() - this.#polledAllAt >= pollMs) {
      this.#polledAllAt = performance.now();
      for (const queue of this.#queues) this.#candidates.add(queue);
    }
    // clear this before reading the queues, so that a job that arrives in the meantime makes its queue a candidate again
    const candidates = [...this.#candidates];
    this.#candidates.clear();
    try {
      const claimed = await this.#context.queue.claim(candidates, limit, (tx, jobs) =>
        beginSteps(
          this.#context,
          tx,
          jobs.map(({ data }) => data),
        ),
      );
      if (claimed.length > 0) for (const queue of candidates) this.#candidates.add(queue);
      return claimed;
    } catch (error) {
      for (const queue of candidates) this.#candidates.add(queue);
      this.#options.logger.warn('failed to claim jobs from the queue', { error: String(error) });
      return [];
    }
  }

  #wakeUp(): void {
    this.#awake = true;
    this.#wake();
  }

  async #sleep(): Promise<void> {
    if (this.#awake || this.#closing) return;
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
