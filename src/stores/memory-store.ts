import { RunRecord } from '../shared/runs/run-record.js';
import type { RunStore } from '../shared/runs/run-observer.js';
import type { ResumePoint, RunEvent } from '../shared/runs/run-event.js';

/** Stores runs in memory. Above `maxRuns`, removes completed runs, then other ended runs, in the order in which they ended. */
class MemoryStore implements RunStore {
  readonly #recordByRun = new Map<string, RunRecord>();
  /** The ids of ended runs, in the order in which they ended. `unsuccessful`: failed, cancelled or crashed. */
  readonly #endedRuns = { completed: new Set<string>(), unsuccessful: new Set<string>() };
  readonly #maxRuns: number;

  constructor(maxRuns: number) {
    this.#maxRuns = maxRuns;
  }

  append(event: RunEvent): void {
    const record = this.#recordByRun.get(event.run);
    if (!record) {
      if (event.type === 'run-created') this.#open(event);
      return;
    }
    record.apply(event);
    if (event.type !== 'run-state' && event.type !== 'run-resumed') return;
    const { completed, unsuccessful } = this.#endedRuns;
    unsuccessful.delete(event.run);
    if (!record.isFinal) return;
    (record.state === 'completed' ? completed : unsuccessful).add(event.run);
    this.#removeExcessRuns();
  }

  async load(runId: string): Promise<ResumePoint | undefined> {
    return this.#recordByRun.get(runId)?.resumePoint();
  }

  #open(event: Extract<RunEvent, { type: 'run-created' }>): void {
    this.#recordByRun.set(event.run, RunRecord.create(event));
    this.#removeExcessRuns();
  }

  #removeExcessRuns(): void {
    for (const ended of [this.#endedRuns.completed, this.#endedRuns.unsuccessful]) {
      for (const oldest of ended) {
        if (this.#recordByRun.size <= this.#maxRuns) return;
        ended.delete(oldest);
        this.#recordByRun.delete(oldest);
      }
    }
  }
}

/**
 * Creates a store that keeps runs and the outputs of their tasks in memory. `resume` works for these runs until the process exits.
 *
 * @param options `maxRuns`: the maximum number of runs. Above this limit, the oldest completed runs are removed first, then failed,
 * cancelled or crashed runs. Runs in progress are never removed. Default: 1000.
 * @example
 * ```ts
 * const store = memoryStore();
 * const run = clean.start({ raw: ' hola ' }, { store });
 * if ((await run.wait()).state === 'failed') await (await resume(run.id)).result();
 * ```
 */
export function memoryStore({ maxRuns = 1000 }: { maxRuns?: number | undefined } = {}): RunStore {
  return new MemoryStore(maxRuns);
}
