import type { Progress } from 'millrace/shared/runs/run-status.js';
import { Throttle } from 'millrace/shared/runtime/throttle.js';
import type { EngineContext } from '../engine/engine-context.js';
import { recordProgress, type StepProgress } from '../engine/hosted/record-progress.js';
import type { RunnerProgress } from '../runner/runner.js';

/** Minimum interval between writes, in milliseconds. */
const writeIntervalMs = 250;

/** Collects the latest progress of the running steps, and writes it to the database periodically. Ignores write errors. */
export class ProgressWriter {
  readonly #context: EngineContext;
  readonly #pendingByRun = new Map<string, StepProgress>();

  // delay the first write, too, because a short step often ends before the write is due
  readonly #throttle = new Throttle<void>(() => void this.#write().catch(() => undefined), {
    intervalMs: writeIntervalMs,
    leading: false,
  });

  constructor(context: EngineContext) {
    this.#context = context;
  }

  add(runId: string, index: number, progress: RunnerProgress): void {
    this.#pendingByRun.set(runId, { runId, index, progress: addPercent(progress) });
    this.#throttle.push();
  }

  /** Drops the pending progress of a run whose step has ended. */
  drop(runId: string): void {
    this.#pendingByRun.delete(runId);
  }

  close(): void {
    this.#throttle.close('drop');
    this.#pendingByRun.clear();
  }

  async #write(): Promise<void> {
    const steps = [...this.#pendingByRun.values()];
    this.#pendingByRun.clear();
    if (steps.length > 0) await recordProgress(this.#context, steps);
  }
}

/** Adds a percentage to the progress of an unfinished step: at most 99, or `null` if the total is unknown or not positive. */
function addPercent({ current, total, message }: RunnerProgress): Progress {
  const percent = total === null || total <= 0 ? null : Math.min(99, Math.max(0, Math.floor((100 * current) / total)));
  return { current, total, percent, ...(message === undefined ? {} : { message }) };
}
