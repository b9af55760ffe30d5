import type { RunReport } from '../../shared/runs/run-report.js';

const capacity = 1000;

/** The newest reports of a run, for whoever reads them at his own pace. */
export class ReportRing {
  readonly #reports: RunReport[] = [];
  /** How many came before, so that a reader knows its place. */
  #count = 0;
  #isOver = false;
  readonly #sleeping = new Set<() => void>();

  push(report: RunReport): void {
    this.#reports[this.#count++ % capacity] = report;
    this.#wake();
  }

  /** Whoever reads already gets the rest; whoever comes later finds the last report only. */
  end(): ReportRing {
    this.#isOver = true;
    this.#wake();
    const rest = new ReportRing();
    const last = this.#reports[(this.#count - 1) % capacity];
    if (last) rest.push(last);
    rest.#isOver = true;
    return rest;
  }

  async *read(): AsyncGenerator<RunReport, void, undefined> {
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
