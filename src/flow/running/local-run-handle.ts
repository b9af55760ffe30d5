import { WaitTimeoutError } from '../../errors/wait-timeout-error.js';
import { abortable } from '../../shared/runtime/abortable.js';
import { AbortTimer } from '../../shared/runtime/abort-timer.js';
import type { LocalRun, LocalWaitOptions } from '../types/local-run.js';
import { checkLocalWaitOptions } from '../check-options.js';
import type { RunStore } from '../../shared/runs/run-observer.js';
import type { RunEvent } from '../../shared/runs/run-event.js';
import type { RunError, RunStatus, TaskRow } from '../../shared/runs/run-status.js';
import type { Rows } from '../../shared/types/rows.js';
import type { ActiveRun } from './active-run.js';
import { definitionKey, type WithDefinition, type Definition } from '../definition.js';
import { makeLocalRunsPrintable, toPrintableStatus } from '../../print/records.js';
import type { RunOutcome } from './execute.js';

/** The handle of a run in this process. */
export class LocalRunHandle<T> implements LocalRun<T>, WithDefinition {
  readonly id: string;
  readonly name: string;
  readonly [definitionKey]: Definition;
  readonly #run: ActiveRun;
  /** Never rejects, because a failed run that is not awaited must not crash the process. */
  readonly #outcome: Promise<RunOutcome<T>>;
  /** The result, if the run has completed. */
  #value: T | undefined;

  constructor(run: ActiveRun, def: Definition, outcome: Promise<RunOutcome<T>>) {
    this.id = run.id;
    this.name = run.name;
    this[definitionKey] = def;
    this.#run = run;
    this.#outcome = outcome;
    void outcome.then((settled) => {
      if ('value' in settled) this.#value = settled.value;
    });
  }

  static {
    makeLocalRunsPrintable(this.prototype, (handle) => handle.#value);
  }

  /** The run's own store, or else the store inherited from the parent run. */
  get store(): RunStore | undefined {
    return this.#run.sinks.stores.at(-1);
  }

  status(): RunStatus & Rows<TaskRow> {
    return toPrintableStatus(this.#run.record.status());
  }

  async wait(options: LocalWaitOptions = {}): Promise<RunStatus & Rows<TaskRow>> {
    await this.#waitForEnd(options, 'wait()');
    return this.status();
  }

  async result(options: LocalWaitOptions = {}): Promise<T> {
    const outcome = await this.#waitForEnd(options, 'result()');
    if ('failure' in outcome) throw outcome.failure;
    return outcome.value;
  }

  cancel(reason?: string): Promise<RunStatus & Rows<TaskRow>> {
    this.#run.cancel(reason);
    return this.wait();
  }

  /** Records the run as crashed. Called when the program ends while the run is in progress. */
  crash(error: RunError): void {
    this.#run.crash(error);
  }

  [Symbol.asyncIterator](): AsyncIterator<RunEvent> {
    return this.#run.events.read();
  }

  async #waitForEnd(options: LocalWaitOptions, callName: string): Promise<RunOutcome<T>> {
    checkLocalWaitOptions(options, callName);
    const { waitTimeout = Infinity, signal } = options;
    if (waitTimeout === Infinity && !signal) return this.#outcome;
    const abortTimer = new AbortTimer(signal, waitTimeout, () => this.#createTimeoutError(waitTimeout));
    try {
      return await abortable(this.#outcome, abortTimer.signal);
    } finally {
      abortTimer.clear();
    }
  }

  #createTimeoutError(waitTimeout: number): WaitTimeoutError {
    const { id, name } = this;
    const lastStatus = this.status();
    return new WaitTimeoutError(
      `Timed out after ${waitTimeout / 1000} s waiting for run ${id} (${name}) to end. It is ${lastStatus.state}. The run continues; to keep waiting for it, call:\nrun.wait()`,
      { requestId: id, fileId: undefined, lastStatus },
    );
  }
}
