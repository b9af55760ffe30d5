import { isFinalState } from '../shared/runs/run-state.js';
import type { ReportedRun, RunEvent } from '../shared/runs/run-event.js';

interface FollowedRun {
  /** The sequence number of the last event that was queued. */
  sequence: number;
  readonly cancels: Set<(reason?: string) => void>;
  isOver: boolean;
  /** Whether the server has accepted an event of it. A heartbeat has no effect before. */
  isKnown: boolean;
  /** Whether the server accepts no events of it. */
  isRejected: boolean;
}

/** The runs that a reporter sends events of, and what the server said of each. */
export class FollowedRuns {
  readonly #runs = new Map<string, FollowedRun>();

  get size(): number {
    return this.#runs.size;
  }

  /** Calls `cancel` when the run is cancelled on the server. */
  onCancel(runId: string, cancel: (reason?: string) => void): void {
    this.#find(runId, false).cancels.add(cancel);
  }

  /**
   * Notes an event that is about to be queued.
   *
   * @returns `undefined` when it must not be sent: it was queued before, or the server accepts no events of its run.
   */
  accept(event: RunEvent): { readonly isOver: boolean } | undefined {
    const isFirst = event.type === 'run-created' || event.type === 'run-resumed';
    // an unknown run was forgotten after its end: this is a late event of it, such as a log line
    const run = this.#find(event.run, !isFirst);
    if (run.isRejected || event.sequence <= run.sequence) return undefined;
    run.sequence = event.sequence;
    if (event.type === 'run-resumed') run.isOver = false;
    if (event.type === 'run-state' && isFinalState(event.state)) run.isOver = true;
    return run;
  }

  /** Applies what the server says of a run. @returns Whether it still accepts events of it. */
  update(runId: string, { state, cancel }: ReportedRun): boolean {
    const run = this.#runs.get(runId);
    if (!run) return true;
    if (state === null) {
      run.isRejected = true;
      return false;
    }
    run.isKnown = true;
    if (cancel && !run.isOver) {
      for (const stop of run.cancels) stop('cancelled on the server');
      run.cancels.clear();
    }
    return true;
  }

  /** The runs that need a heartbeat, so that the server does not mark them as crashed. */
  alive(): string[] {
    return [...this.#runs].filter(([, run]) => run.isKnown && !run.isOver && !run.isRejected).map(([id]) => id);
  }

  /** @param pending Runs with events that are still to be sent. */
  forgetEnded(pending: ReadonlySet<string>): void {
    for (const [id, run] of this.#runs) if (run.isOver && !pending.has(id)) this.#runs.delete(id);
  }

  clear(): void {
    this.#runs.clear();
  }

  #find(runId: string, isOver: boolean): FollowedRun {
    const known = this.#runs.get(runId);
    if (known) return known;
    const run: FollowedRun = { sequence: 0, cancels: new Set(), isOver, isKnown: false, isRejected: false };
    this.#runs.set(runId, run);
    return run;
  }
}
