import { RunRecord } from '../shared/runs/run-record.js';
import type { RunStore } from '../shared/runs/run-observer.js';
import type { ResumePoint, RunEvent } from '../shared/runs/run-event.js';

/** Stores the newest runs in memory. */
class MemoryStore implements RunStore {
  readonly #records = new Map<string, RunRecord>();
  readonly #maxRuns: number;

  constructor(maxRuns: number) {
    this.#maxRuns = maxRuns;
  }

  append(event: RunEvent): void {
    const record = this.#records.get(event.run);
    if (record) record.apply(event);
    else if (event.type === 'run-created') this.#open(event);
  }

  async load(runId: string): Promise<ResumePoint | undefined> {
    return this.#records.get(runId)?.resumePoint();
  }

  #open(event: Extract<RunEvent, { type: 'run-created' }>): void {
    this.#records.set(event.run, RunRecord.open(event));
    if (this.#records.size <= this.#maxRuns) return;
    const [oldest] = this.#records.keys();
    if (oldest !== undefined) this.#records.delete(oldest);
  }
}

/**
 * Creates a store that keeps runs and the outputs of their tasks in memory. `resume` can find the runs until the process exits.
 *
 * @param options `maxRuns`: the maximum number of runs, after which the oldest are removed. Default: 1000.
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
