import { restoreFromJson } from '../../shared/rules/json-record.js';
import type { LocalRun } from '../types/local-run.js';
import type { RunEvent } from '../../shared/runs/run-event.js';
import type { RunStatus } from '../../shared/runs/run-status.js';

/** A run that had completed before anybody wanted to go on with it. */
export class EndedHandle implements LocalRun {
  readonly id: string;
  readonly name: string;
  readonly #status: RunStatus;

  constructor(status: RunStatus) {
    this.id = status.requestId;
    this.name = status.name;
    this.#status = status;
  }

  status(): RunStatus {
    return this.#status;
  }

  async wait(): Promise<RunStatus> {
    return this.#status;
  }

  async result(): Promise<unknown> {
    return restoreFromJson(this.#status.result);
  }

  cancel(): Promise<RunStatus> {
    return this.wait();
  }

  // nothing happens to it any more
  async *[Symbol.asyncIterator](): AsyncGenerator<RunEvent> {}
}
