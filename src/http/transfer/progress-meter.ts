import type { TransferProgress } from '../../shared/types/process.js';

const interval = 100;

/** Counts bytes and reports them at most ten times a second. The caller makes the last report once it knows that the transfer succeeded. */
export class ProgressMeter {
  readonly #report: ((progress: TransferProgress) => void) | undefined;
  readonly #total: number | undefined;
  #last = -Infinity;
  loaded = 0;

  constructor(total: number | undefined, report: ((progress: TransferProgress) => void) | undefined) {
    this.#total = total;
    this.#report = report;
  }

  add(bytes: number): void {
    this.loaded += bytes;
    const now = performance.now();
    if (now - this.#last < interval || this.loaded === this.#total) return;
    this.#last = now;
    this.#report?.({ loaded: this.loaded, total: this.#total });
  }
}
