import type { TransferProgress } from '../../shared/types/process.js';

const reportIntervalMs = 100;

/**
 * Counts transferred bytes and reports progress at most ten times per second. If `total` is known, omits the final report, which the
 * caller sends after the transfer has succeeded.
 */
export class ProgressMeter {
  readonly #report: ((progress: TransferProgress) => void) | undefined;
  readonly #total: number | undefined;
  #lastReportAt = -Infinity;
  loaded = 0;

  constructor(total: number | undefined, report: ((progress: TransferProgress) => void) | undefined) {
    this.#total = total;
    this.#report = report;
  }

  add(byteCount: number): void {
    this.loaded += byteCount;
    const now = performance.now();
    if (now - this.#lastReportAt < reportIntervalMs || this.loaded === this.#total) return;
    this.#lastReportAt = now;
    this.#report?.({ loaded: this.loaded, total: this.#total });
  }
}
