import type { RunEvent } from '../../shared/runs/run-event.js';

const capacity = 1000;

/** The newest reports of a run, for whoever reads them at his own pace. */
export class EventRing {
  readonly #reports: RunEvent[] = [];
  /** How many came before, so that a reader knows its place. */
  #count = 0;
  #isOver = false;
  readonly #sleeping = new Set<() => void>();

  push(report: RunEvent): void {
    this.#reports[this.#count++ % capacity] = report;
    this.#wake();
  }

  /** Whoever reads already gets the rest; whoever comes later finds the last report only. */
  end(): EventRing {
    this.#isOver = true;
    this.#wake();
    const rest = new EventRing();
    const last = this.#reports[(this.#count - 1) % capacity];
    if (last) rest.push(last);
    rest.#isOver = true;
    return rest;
  }

  async *read(): AsyncGenerator<RunEvent, void, undefined> {
    for (let next = 0; ;) {
      next = Math.max(next, this.#count - capacity);
      const report = next < this.#count ? this.#reports[next % capacity] : undefined;
      if (report) {
        next++;
        yield report;
      } else if (this.#isOver) {
        return;
      } else {
        await new Promise<void>((resolve) => this.#sleeping.add(resolve));
      }
    }
  }

  #wake(): void {
    if (this.#sleeping.size === 0) return;
    for (const wake of this.#sleeping) wake();
    this.#sleeping.clear();
  }
}
