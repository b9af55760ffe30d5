import { beginStep, type Step } from '../engine/hosted/begin-step.js';
import type { EngineContext } from '../engine/engine-context.js';
import { findEnded } from './find-ended.js';
import { ModuleLogs } from './module-logs.js';
import { ProgressReports } from './progress-writer.js';
import type { RunChanges } from '../engine/run-changes.js';
import { runStep, WorkerClosingError } from './run-step.js';
import type { Logger } from '../system/logger.js';
import type { ModuleLimits } from '../module-contract/module.js';
import type { ClaimedJob } from '../queue/queue.js';
import { queueOf } from '../queue/queue-names.js';
import type { Runner } from '../runner/runner.js';

export interface WorkerOptions {
  /** Steps at the same time. */
  readonly concurrency: number;
  /** The modules whose steps this worker takes. */
  readonly modules: readonly string[];
  readonly limits: ModuleLimits;
  readonly logger: Logger;
  /** How long `close` lets running steps finish before it gives them back. Milliseconds. */
  readonly graceMs: number;
}

interface ActiveStep {
  readonly job: ClaimedJob;
  readonly abort: AbortController;
  settled: Promise<void>;
  /** Its module has ended: what is left is to record the outcome, and the next step can have its place. */
  executed: boolean;
}

/** Steps that are only recorded any more may be so many times as many as those at work: past that, the store sets the pace. */
const recordingFactor = 2;

/** A lost wake-up costs at most this long. */
const pollMs = 1000;
/** Leases last 10 s: two beats may be lost. */
const beatMs = 3000;

/** Claims steps and runs them, as many at a time as it may. Runs inside the server, or alone on any host. */
export class WorkerLoop {
  readonly #context: EngineContext;
  readonly #runner: Runner;
  readonly #options: WorkerOptions;
  readonly #queues: readonly string[];
  /** Those that may have work: who knows of one only need not ask which one it is. */
  readonly #candidates = new Set<string>();
  /** When all were looked into, by `performance.now()`. */
  #lookedIntoAll = -Infinity;
  readonly #progress: ProgressReports;
  readonly #logs: ModuleLogs;
  readonly #active = new Map<string, ActiveStep>();
  readonly #unsubscribe: (() => void)[];
  readonly #beat: NodeJS.Timeout;
  readonly #dispatching: Promise<void>;
  #wake: () => void = () => undefined;
  #awake = false;
  #closing = false;

  constructor(context: EngineContext, runner: Runner, changes: RunChanges, options: WorkerOptions) {
    this.#context = context;
    this.#runner = runner;
    this.#options = options;
    this.#queues = options.modules.map(queueOf);
    this.#progress = new ProgressReports(context);
    this.#logs = new ModuleLogs(context);
    this.#unsubscribe = [
      context.queue.onWake((queue) => {
        if (this.#queues.includes(queue)) this.#candidates.add(queue);
        this.#wakeUp();
      }),
      changes.watchAll((change) => {
        if (change === 'reconnected') void this.#stopEnded();
        else if (change.state === 'cancelled' || change.state === 'gone') {
          this.#stopRun(change.runId, new Error(`the run was ${change.state === 'gone' ? 'deleted' : 'cancelled'}`));
        }
      }),
    ];
    this.#beat = setInterval(() => void this.#renewLeases(), beatMs).unref();
    this.#dispatching = this.#dispatch();
  }

  /** Takes no more steps, lets running ones finish for a while, and gives the rest back to the queue. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#wakeUp();
    await this.#dispatching;
    await this.#settleWithin(this.#options.graceMs);
    for (const step of [...this.#active.values()]) {
      step.abort.abort(new WorkerClosingError('the worker is shutting down'));
      await step.settled;
      await this.#context.queue.release(step.job).catch(() => undefined);
    }
    clearInterval(this.#beat);
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#progress.close();
    this.#logs.close();
  }

  async #dispatch(): Promise<void> {
    while (!this.#closing) {
      // armed before the look into the queue: a job that arrives in between wakes us
      this.#awake = false;
      const claimed = this.#hasRoom ? await this.#claim() : undefined;
      if (claimed) this.#start(claimed.job, claimed.begun);
      else await this.#sleep();
    }
  }

  get #hasRoom(): boolean {
    const { concurrency } = this.#options;
    const executing = [...this.#active.values()].filter((step) => !step.executed).length;
    return executing < concurrency && this.#active.size - executing < concurrency * recordingFactor;
  }

  async #claim(): Promise<{ job: ClaimedJob; begun: Step | undefined } | undefined> {
    // a wake-up may have been lost, and what lost workers and waiting times give back wakes nobody
    if (performance.now() - this.#lookedIntoAll >= pollMs) {
      this.#lookedIntoAll = performance.now();
      for (const queue of this.#queues) this.#candidates.add(queue);
    }
    // emptied before the look: a queue that something is sent to meanwhile is a candidate again
    const candidates = [...this.#candidates];
    this.#candidates.clear();
    try {
      const claimed = await this.#context.queue.claim(candidates, (tx, job) => beginStep(this.#context, tx, job.data));
      if (claimed) for (const queue of candidates) this.#candidates.add(queue);
      return claimed;
    } catch (error) {
      for (const queue of candidates) this.#candidates.add(queue);
      this.#options.logger.warn('the queue could not be read', { error: String(error) });
      return undefined;
    }
  }

  #start(job: ClaimedJob, begun: Step | undefined): void {
    const abort = new AbortController();
    const step: ActiveStep = { job, abort, settled: Promise.resolve(), executed: false };
    this.#active.set(job.id, step);
    const tools = {
      runner: this.#runner,
      limits: this.#options.limits,
      progress: this.#progress,
      logs: this.#logs,
      logger: this.#options.logger,
      onExecuted: () => {
        step.executed = true;
        this.#wakeUp();
      },
    };
    step.settled = runStep(this.#context, tools, job, begun, abort.signal)
      .catch((error: unknown) => {
        this.#options.logger.error('a step could not be recorded; it will be done again', { error: String(error) });
      })
      .finally(() => {
        this.#active.delete(job.id);
        this.#wakeUp();
      });
  }

  #stopRun(runId: string, reason: Error): void {
    for (const step of this.#active.values()) if (step.job.data.runId === runId) step.abort.abort(reason);
  }

  /** What was announced while the connection was lost is not told again. */
  async #stopEnded(): Promise<void> {
    const runIds = [...this.#active.values()].map((step) => step.job.data.runId);
    try {
      for (const runId of await findEnded(this.#context, runIds)) this.#stopRun(runId, new Error('the run is over'));
    } catch (error) {
      this.#options.logger.warn('the runs at work could not be checked', { error: String(error) });
    }
  }

  async #renewLeases(): Promise<void> {
    const renew = async (step: ActiveStep): Promise<void> => {
      const held = await this.#context.queue.touch(step.job).catch(() => true);
      if (!held && this.#active.has(step.job.id)) step.abort.abort(new Error('the lease was lost'));
    };
    await Promise.all([...this.#active.values()].map(renew));
  }

  async #settleWithin(ms: number): Promise<void> {
    const timer = new AbortController();
    const deadline = new Promise<void>((resolve) => {
      const timeout = setTimeout(resolve, ms);
      timer.signal.addEventListener('abort', () => clearTimeout(timeout), { once: true });
    });
    await Promise.race([Promise.all([...this.#active.values()].map((step) => step.settled)), deadline]);
    timer.abort();
  }

  #wakeUp(): void {
    this.#awake = true;
    this.#wake();
  }

  async #sleep(): Promise<void> {
    if (this.#awake || this.#closing) return;
    await new Promise<void>((resolve) => {
      const due = this.#lookedIntoAll + pollMs - performance.now();
      const timer = setTimeout(resolve, due > 0 ? due : pollMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => undefined;
  }
}
