import type { Progress } from 'millrace/shared/runs/run-status.js';
import { Throttle } from 'millrace/shared/runtime/throttle.js';
import type { EngineContext } from '../engine/engine-context.js';
import { recordProgress, type StepProgress } from '../engine/hosted/record-progress.js';
import type { RunnerProgress } from '../runner/runner.js';

/** Interval between writes, in milliseconds. */
const intervalMs = 250;

/** Collects the progress of all steps in this process, and writes it at intervals. Best effort: failed writes are ignored. */
export class ProgressWriter {
  readonly #context: EngineContext;
  readonly #latest = new Map<string, StepProgress>();

  // `leading: false` delays the first write, too, so that a step that ends within the interval writes no progress
  readonly #writes = new Throttle<void>(() => void this.#write().catch(() => undefined), {
    intervalMs,
    leading: false,
  });

  constructor(context: EngineContext) {
    this.#context = context;
  }

  add(runId: string, index: number, progress: RunnerProgress): void {
    this.#latest.set(runId, { runId, index, progress: toProgress(progress) });
    this.#writes.push();
  }

  /** Drops the pending progress of a run whose step has ended. */
  drop(runId: string): void {
    this.#latest.delete(runId);
  }

  close(): void {
    this.#writes.close('drop');
    this.#latest.clear();
  }

  async #write(): Promise<void> {
    const steps = [...this.#latest.values()];
    this.#latest.clear();
    if (steps.length > 0) await recordProgress(this.#context, steps);
  }
}

/** Converts a runner's progress. Only a completed step reaches 100%, so a running step is capped at 99%. */
function toProgress({ current, total, message }: RunnerProgress): Progress {
  const percent = total === null || total <= 0 ? null : Math.min(99, Math.max(0, Math.floor((100 * current) / total)));
  return { current, total, percent, ...(message === undefined ? {} : { message }) };
}
