import { NotFoundError } from '../../errors/api-error.js';
import { continueRun } from '../../flow/resume.js';
import type { Definition } from '../../flow/definition.js';
import type { LocalRun } from '../../flow/types/local-run.js';
import type { Connection } from '../../http/connection.js';
import { getRetryDelay } from '../../http/retry-policy.js';
import { requestV1 } from '../../http/call-v1.js';
import { messageOf } from '../../shared/rules/class-of.js';
import { observeRuns, type RunReporter, type RunStore } from '../../shared/runs/run-observer.js';
import type { KnownRunError } from '../../shared/runs/run-status.js';
import type { ResumePoint, RunEvent } from '../../shared/runs/run-event.js';
import { eventLimits } from '../../shared/runs/event-limits.js';
import { workLimits } from '../../shared/runs/work-limits.js';
import { sleep } from '../../shared/runtime/sleep.js';
import type { Reporter } from '../reporter.js';
import { RunSlots } from './run-slots.js';

/** The worker for which the executor claims runs. */
interface ServingWorker extends RunReporter {
  readonly name: string;
  /** The worker's id; `null` if it is not known yet. */
  readonly id: string | null;
  /** Registers the worker if the server does not know about it. Never rejects. */
  register(): Promise<void>;
}

export interface ServingOptions {
  readonly definitions: readonly Definition[];
  readonly concurrency: number;
  /** Maximum time that `close` waits for runs in progress, in milliseconds. */
  readonly gracePeriodMs: number;
}

/** Timeout for requests and for sending pending events, in milliseconds. For claim requests, the server's wait time is added. */
const requestTimeoutMs = 10_000;

/** Claims runs from the server and executes them, until `close` is called. */
export class RunExecutor {
  readonly #connection: Connection;
  readonly #reporter: Reporter;
  readonly #worker: ServingWorker;
  readonly #options: ServingOptions;
  readonly #slots: RunSlots;
  readonly #runsById = new Map<string, { readonly run: LocalRun; readonly done: Promise<unknown> }>();
  readonly #closeController = new AbortController();
  #claimLoop: Promise<void> | undefined;

  constructor(connection: Connection, reporter: Reporter, worker: ServingWorker, options: ServingOptions) {
    this.#connection = connection;
    this.#reporter = reporter;
    this.#worker = worker;
    this.#options = options;
    this.#slots = new RunSlots(options.concurrency);
  }

  start(): void {
    this.#claimLoop = this.#runClaimLoop();
  }

  /** Stops claiming runs, waits up to the grace period for runs in progress, and returns unfinished runs to the server. */
  async close(): Promise<void> {
    this.#closeController.abort();
    await this.#claimLoop;
    const allDone = Promise.all([...this.#runsById.values()].map(({ done }) => done));
    const sleepController = new AbortController();
    await Promise.race([allDone, sleep(this.#options.gracePeriodMs, sleepController.signal).catch(() => undefined)]);
    sleepController.abort();
    await this.#releaseRuns();
  }

  async #runClaimLoop(): Promise<void> {
    const { signal } = this.#closeController;
    const isClosing = (): boolean => signal.aborted;
    for (let failureCount = 0; !isClosing();) {
      await this.#slots.waitForFreeSlot(signal);
      // wait one turn of the event loop, so that one request claims runs for all slots that become free at the same time
      await new Promise(setImmediate);
      if (isClosing()) return;
      try {
        for (const resumePoint of await this.#claimRuns()) this.#executeRun(resumePoint);
        failureCount = 0;
      } catch (error) {
        if (isClosing()) return;
        if (failureCount === 0) {
          this.#connection.settings.log.warn(
            `The worker '${this.#worker.name}' cannot claim runs and will try again. ${messageOf(error)}`,
          );
        }
        // oxlint-disable-next-line no-useless-assignment -- the next iteration reads the value
        await sleep(getRetryDelay(failureCount++), signal).catch(() => undefined);
        if (error instanceof NotFoundError) await this.#worker.register();
      }
    }
  }

  async #claimRuns(): Promise<ResumePoint[]> {
    const { id } = this.#worker;
    if (id === null) throw new Error('The worker is not registered yet.');
    const serves = this.#options.definitions.map(({ kind, name, version }) => ({ kind, name, version }));
    const freeCount = Math.min(this.#slots.freeCount, workLimits.claims);
    const json = { worker: id, reporter: this.#reporter.id, serves, free: freeCount, wait: workLimits.waitSeconds };
    const call = { action: `claim runs for worker '${this.#worker.name}'`, path: '/v1/claims', json };
    const timeout = workLimits.waitSeconds * 1000 + requestTimeoutMs;
    const options = { timeout, maxRetries: 0, signal: this.#closeController.signal };
    return (await requestV1(this.#connection, call, options, (v1) => v1.claimsResponse)).output.runs;
  }

  #executeRun(resumePoint: ResumePoint): void {
    const { requestId } = resumePoint.run;
    const def = this.#findDefinition(resumePoint);
    void this.#slots.run(async () => {
      try {
        const run = continueRun(def, resumePoint, { report: this.#createReporter(requestId), store: this.#store });
        const done = run.wait();
        this.#runsById.set(requestId, { run, done });
        await done;
      } catch (error) {
        this.#reportFailure(resumePoint, messageOf(error));
      } finally {
        this.#runsById.delete(requestId);
      }
    });
  }

  /** Returns the definition with the run's name and version, or else the first definition with the run's name. */
  #findDefinition({ run: { of, version } }: ResumePoint): Definition {
    const candidates = this.#options.definitions.filter(({ name }) => name === of);
    const def = candidates.find((candidate) => candidate.version === version) ?? candidates[0];
    if (!def)
      throw new Error(
        `Expected a run of ${this.#options.definitions.map(({ name }) => name).join(', ')}, got '${of}'.`,
      );
    return def;
  }

  /** Returns a reporter for a claimed run. The reporter cancels the run when the server no longer accepts the run's events. */
  #createReporter(runId: string): RunReporter {
    const observer = this.#worker[observeRuns]();
    return {
      [observeRuns]: () => ({
        ...observer,
        opened: (id, cancel) => {
          observer.opened?.(id, cancel);
          if (id === runId) this.#reporter.holdLease(id, () => cancel('another worker has taken the run over'));
        },
      }),
    };
  }

  /** Delays the next step until the server has stored the previous step's output, so that another worker does not repeat that step. */
  readonly #store: RunStore = {
    maxResult: eventLimits.jsonCharacters,
    append: (event) => (blocksNextStep(event) ? this.#reporter.deliver(event) : this.#reporter.add(event)),
    load: () => Promise.resolve(undefined),
  };

  /** Reports a claimed run as failed because it cannot be continued. */
  #reportFailure({ run, sequence }: ResumePoint, message: string): void {
    const base = { run: run.requestId, at: new Date().toISOString() };
    const error: KnownRunError = { code: 'invalid_input', message };
    this.#reporter.add({ ...base, sequence: sequence + 1, type: 'run-resumed' });
    this.#reporter.add({ ...base, sequence: sequence + 2, type: 'run-state', state: 'failed', error });
  }

  /** Sends pending events, then returns the unfinished runs to the server and cancels them in this process. */
  async #releaseRuns(): Promise<void> {
    const ids = [...this.#runsById.keys()];
    if (ids.length === 0) return;
    await this.#reporter.flush(requestTimeoutMs);
    for (const id of ids) this.#reporter.drop(id);
    const json = { reporter: this.#reporter.id, runs: ids };
    const call = { action: 'return runs to the server', path: '/v1/claims/release', json };
    await requestV1(this.#connection, call, { timeout: requestTimeoutMs }, (v1) => v1.releaseResponse).catch(
      (error: unknown) => {
        this.#connection.settings.log.warn(
          `Another worker can continue this worker's runs only after 15 s. ${messageOf(error)}`,
        );
      },
    );
    await Promise.all([...this.#runsById.values()].map(({ run }) => run.cancel('the worker is closing')));
  }
}

/** Returns whether the next step must wait until the server has stored the event. */
function blocksNextStep(event: RunEvent): boolean {
  return (event.type === 'task-state' && event.state === 'completed') || event.type === 'run-state';
}
