import type { ThrottleState } from '../../shared/runtime/throttle.js';
import type { ActiveRun } from './active-run.js';
import { ProgressThrottle } from './events/progress-throttle.js';

/** A single attempt at a task. */
export class ActiveAttempt {
  readonly key: string;
  readonly attemptNumber: number;
  readonly progress: ProgressThrottle;
  readonly #run: ActiveRun;
  readonly #controller = new AbortController();
  #hasEnded = false;
  #hasChild = false;

  constructor(run: ActiveRun, key: string, attemptNumber: number, pace: ThrottleState) {
    this.#run = run;
    this.key = key;
    this.attemptNumber = attemptNumber;
    this.progress = new ProgressThrottle(
      (progress) => run.emit({ type: 'progress', key, attempt: attemptNumber, progress }),
      pace,
    );
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether the attempt has ended. Its later log lines, progress and child run ids are ignored. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Records the id of the first child run that the attempt starts. Later ids are ignored. */
  recordChild(childRun: string): void {
    if (this.#hasEnded || this.#hasChild) return;
    this.#hasChild = true;
    const { key, attemptNumber: attempt } = this;
    this.#run.emit({ type: 'task-state', key, state: 'running', attempt, childRun });
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  /** Ends the attempt, and sends or drops pending progress. */
  close(pending: 'send' | 'drop'): void {
    this.#hasEnded = true;
    this.progress.close(pending);
  }
}
