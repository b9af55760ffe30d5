import type { LocalRun } from '../types/local-run.js';
import type { RunStore } from '../../shared/runs/run-observer.js';
import type { RunEvent } from '../../shared/runs/run-event.js';
import type { RunStatus } from '../../shared/runs/run-status.js';
import type { ActiveRun } from './active-run.js';
import { definition, type Defined, type Definition } from '../definition.js';
import { showLocalRuns, showStatus } from '../../print/records.js';
import type { Outcome } from './execute.js';

/** The user's handle to a run in this process. */
export class ActiveHandle<T> implements LocalRun<T>, Defined {
  readonly id: string;
  readonly name: string;
  readonly [definition]: Definition;
  readonly #run: ActiveRun;
  /** Never rejects, because a failed run that is not awaited must not crash the process. */
  readonly #outcome: Promise<Outcome<T>>;
  /** The result, once the run has completed. */
  #value: T | undefined;

  constructor(run: ActiveRun, def: Definition, outcome: Promise<Outcome<T>>) {
    this.id = run.id;
    this.name = run.name;
    this[definition] = def;
    this.#run = run;
    this.#outcome = outcome;
    void outcome.then((ended) => {
      if ('value' in ended) this.#value = ended.value;
    });
  }

  static {
    showLocalRuns(this.prototype, (handle) => handle.#value);
  }

  /** The store that contains the run. */
  get store(): RunStore | undefined {
    return this.#run.sinks.stores.at(-1);
  }

  status(): RunStatus {
    return showStatus(this.#run.record.status());
  }

  async wait(): Promise<RunStatus> {
    await this.#outcome;
    return this.status();
  }

  async result(): Promise<T> {
    const outcome = await this.#outcome;
    if ('failure' in outcome) throw outcome.failure;
    return outcome.value;
  }

  cancel(reason?: string): Promise<RunStatus> {
    this.#run.cancel(reason);
    return this.wait();
  }

  [Symbol.asyncIterator](): AsyncIterator<RunEvent> {
    return this.#run.events.read();
  }
}
