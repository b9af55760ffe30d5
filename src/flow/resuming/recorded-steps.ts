import { messageOf } from '../../shared/rules/class-of.js';
import type { ResumePoint } from '../../shared/runs/run-event.js';
import type { TaskStatus } from '../../shared/runs/run-status.js';
import { restoreOutput, stepsDigestOf, type Decision } from './recorded-calls.js';

/** A step of a pipeline run, with the key of its task run. */
export interface PlannedStep {
  readonly key: string;
  readonly name: string;
  readonly version: string | null;
  readonly index: number;
  /** The digest of the inner pipeline's steps, if the step is a pipeline. */
  readonly stepsDigest: string | undefined;
}

/**
 * Matches the steps of a resumed pipeline run with its recorded task runs. A step depends on all earlier steps, so only the results before
 * the first step that changed or did not complete are reused.
 */
export class RecordedSteps {
  readonly #resumePoint: ResumePoint | undefined;
  readonly #tasksByKey: ReadonlyMap<string, TaskStatus>;
  /** The number of leading steps whose results are reused. */
  #reusedCount = 0;

  constructor(resumePoint: ResumePoint | undefined, steps: readonly PlannedStep[]) {
    this.#resumePoint = resumePoint;
    this.#tasksByKey = new Map(resumePoint?.run.tasks.map((task) => [task.key, task]));
    for (const step of steps) {
      if (!this.#matches(step) || !this.#hasReusableResult(step)) break;
      this.#reusedCount++;
    }
  }

  /** Returns whether the step needs a new task run. False if a recorded task run can be reused or continued. */
  needsNewTaskRun(step: PlannedStep): boolean {
    if (step.index < this.#reusedCount) return false;
    return !this.#matches(step) || this.#tasksByKey.get(step.key)?.state === 'completed';
  }

  get reusesResults(): boolean {
    return this.#reusedCount > 0;
  }

  /** Returns whether the pipeline's input differs from the recorded input. Also true if either input has no digest. */
  hasDifferentInput(digest: string | null, [first]: readonly PlannedStep[]): boolean {
    const recorded = first && this.#resumePoint?.calls?.[first.key]?.digest;
    return digest === null || recorded?.split('.')[0] !== digest;
  }

  /** Disables reuse for the step at this index and for all later steps. */
  stopReuseFrom(index: number): void {
    this.#reusedCount = Math.min(this.#reusedCount, index);
  }

  /** Decides how to handle a step. @param current The step's task run in the run's record. */
  decide(step: PlannedStep, current: TaskStatus | undefined): Decision {
    if (!current) return { kind: 'new' };
    const { key, index } = step;
    if (index < this.#reusedCount) {
      try {
        return { kind: 'reuse', value: restoreOutput(this.#resumePoint?.outputs ?? {}, key) };
      } catch (error) {
        this.stopReuseFrom(index);
        return { kind: 'repeat', task: current, reason: `its result could not be stored (${messageOf(error)})` };
      }
    }
    if (current.state === 'completed') return { kind: 'repeat', task: current, reason: 'an earlier step runs again' };
    const id = index === this.#reusedCount ? current.childRun : null;
    const canReuseResult = stepsDigestOf(this.#resumePoint?.calls?.[key]?.digest ?? null) === step.stepsDigest;
    const child = id === null ? undefined : { id, canReuseResult };
    return { kind: 'continue', task: current, child };
  }

  #matches({ key, index, version }: PlannedStep): boolean {
    const task = this.#tasksByKey.get(key);
    return task?.index === index && task.version === version;
  }

  #hasReusableResult({ key, stepsDigest }: PlannedStep): boolean {
    const call = this.#resumePoint?.calls?.[key];
    return (
      this.#tasksByKey.get(key)?.state === 'completed' &&
      call?.ended != null &&
      stepsDigestOf(call.digest) === stepsDigest
    );
  }
}
