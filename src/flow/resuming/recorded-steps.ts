import { messageOf } from '../../shared/rules/class-of.js';
import type { ResumePoint } from '../../shared/runs/run-event.js';
import type { TaskStatus } from '../../shared/runs/run-status.js';
import { restoreOutput, shapeOf, type Decision } from './recorded-calls.js';

/** A step of the pipeline that is resumed. */
export interface PlannedStep {
  readonly key: string;
  readonly name: string;
  readonly version: string | null;
  readonly index: number;
  /** The digest of the inner pipeline's steps, if the step is a pipeline. */
  readonly shape: string | undefined;
}

/**
 * Matches the steps of a resumed pipeline with its recorded task runs. Each step builds on all steps before it, so results are reused
 * from the first step up to the first difference.
 */
export class RecordedSteps {
  readonly #saved: ResumePoint | undefined;
  readonly #tasks: ReadonlyMap<string, TaskStatus>;
  /** Number of steps whose results are reused. */
  #count = 0;

  constructor(saved: ResumePoint | undefined, steps: readonly PlannedStep[]) {
    this.#saved = saved;
    this.#tasks = new Map(saved?.run.tasks.map((task) => [task.key, task]));
    for (const step of steps) {
      if (!this.#matches(step) || !this.#hasCompleted(step)) break;
      this.#count++;
    }
  }

  /** Returns whether the step needs a new task run, because no recorded task run can be continued. */
  needsTask(step: PlannedStep): boolean {
    if (step.index < this.#count) return false;
    return !this.#matches(step) || this.#tasks.get(step.key)?.state === 'completed';
  }

  /** Whether any results are reused. */
  get hasResults(): boolean {
    return this.#count > 0;
  }

  /** Returns whether the first step received different data in the recorded run. */
  differs(digest: string | null, [first]: readonly PlannedStep[]): boolean {
    const recorded = first && this.#saved?.calls?.[first.key]?.digest;
    return digest === null || recorded?.split('.')[0] !== digest;
  }

  /** Discards the results of a step and of all later steps. */
  dropFrom(index: number): void {
    this.#count = Math.min(this.#count, index);
  }

  /** Decides how to handle a step. @param current The step's recorded task run. */
  decide(step: PlannedStep, current: TaskStatus | undefined): Decision {
    if (!current) return { kind: 'new' };
    const { key, index } = step;
    if (index < this.#count) {
      try {
        return { kind: 'reuse', value: restoreOutput(this.#saved?.outputs ?? {}, key) };
      } catch (error) {
        this.dropFrom(index);
        return { kind: 'again', task: current, why: `its result could not be stored (${messageOf(error)})` };
      }
    }
    if (current.state === 'completed') return { kind: 'again', task: current, why: 'a step before it runs again' };
    const id = index === this.#count ? current.childRun : null;
    const mayHaveCompleted = shapeOf(this.#saved?.calls?.[key]?.digest ?? null) === step.shape;
    const child = id === null ? undefined : { id, mayHaveCompleted };
    return { kind: 'continue', task: current, child };
  }

  #matches({ key, index, version }: PlannedStep): boolean {
    const task = this.#tasks.get(key);
    return task?.index === index && task.version === version;
  }

  #hasCompleted({ key, shape }: PlannedStep): boolean {
    const call = this.#saved?.calls?.[key];
    return this.#tasks.get(key)?.state === 'completed' && call?.ended != null && shapeOf(call.digest) === shape;
  }
}
