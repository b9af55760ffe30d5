import { isFinalState } from '../shared/runs/run-state.js';
import type { ReportedRun, RunEvent } from '../shared/runs/run-event.js';

interface FollowedRun {
  /** The sequence number of the last queued event. */
  sequence: number;
  readonly cancels: Set<(reason?: string) => void>;
  /** Called if another process now has the run. */
  readonly losses: Set<() => void>;
  isOver: boolean;
  /** Whether the server has accepted an event for the run. Before that, heartbeats have no effect. */
  isKnown: boolean;
  /** Whether the server rejects the run's events. */
  isRejected: boolean;
}

/** The runs whose events a reporter sends, and the server's response for each. */
export class FollowedRuns {
  readonly #runs = new Map<string, FollowedRun>();

  get size(): number {
    return this.#runs.size;
  }

  /** Calls `cancel` when the run is cancelled on the server. */
  onCancel(runId: string, cancel: (reason?: string) => void): void {
    this.#find(runId, false).cancels.add(cancel);
  }

  /** Calls `lose` when the server no longer accepts the run's events, because another process has the run. */
  onLoss(runId: string, lose: () => void): void {
    this.#find(runId, false).losses.add(lose);
  }

  /** Returns whether the server knows the run. */
  isKnown(runId: string): boolean {
    const run = this.#runs.get(runId);
    return run?.isKnown === true && !run.isRejected;
  }

  /** Returns whether the run's events are sent. */
  has(runId: string): boolean {
    return this.#runs.has(runId) && !this.isRejected(runId);
  }

  isRejected(runId: string): boolean {
    return this.#runs.get(runId)?.isRejected === true;
  }

  /** Stops following a run, so that none of its later events are sent. */
  reject(runId: string): void {
    const run = this.#runs.get(runId);
    if (run) run.isRejected = true;
  }

  /**
   * Registers an event that is about to be queued.
   *
   * @returns `undefined` if the event must not be sent, because it is a duplicate or the server rejects events for its run.
   */
  accept(event: RunEvent): { readonly isOver: boolean } | undefined {
    const isFirst = event.type === 'run-created' || event.type === 'run-resumed';
    // an unknown run has ended and was forgotten, so the event is late, such as a log line
    const run = this.#find(event.run, !isFirst);
    if (run.isRejected || event.sequence <= run.sequence) return undefined;
    run.sequence = event.sequence;
    if (event.type === 'run-resumed') run.isOver = false;
    if (event.type === 'run-state' && isFinalState(event.state)) run.isOver = true;
    return run;
  }

  /** Applies the server's response for a run. @returns Whether the server still accepts the run's events. */
  update(runId: string, { state, cancel }: ReportedRun): boolean {
    const run = this.#runs.get(runId);
    if (!run) return true;
    if (state === null) {
      run.isRejected = true;
      for (const lose of run.losses) lose();
      run.losses.clear();
      return false;
    }
    run.isKnown = true;
    if (cancel && !run.isOver) {
      for (const stop of run.cancels) stop('cancelled on the server');
      run.cancels.clear();
    }
    return true;
  }

  /**
   * Returns the ids of the unfinished runs that this program started itself. Claimed runs are omitted, because the server will hand them
   * out again.
   */
  own(): string[] {
    return [...this.#runs]
      .filter(([, run]) => !run.isOver && !run.isRejected && run.losses.size === 0)
      .map(([id]) => id);
  }

  /** Returns the ids of the runs that need a heartbeat so that the server does not mark them as crashed. */
  alive(): string[] {
    return [...this.#runs].filter(([, run]) => run.isKnown && !run.isOver && !run.isRejected).map(([id]) => id);
  }

  /** Forgets the runs that have ended. @param isPending Whether a run has unsent events and is kept. */
  forgetEnded(isPending: (run: string) => boolean): void {
    for (const [id, run] of this.#runs) if (run.isOver && !isPending(id)) this.#runs.delete(id);
  }

  clear(): void {
    this.#runs.clear();
  }

  #find(runId: string, isOver: boolean): FollowedRun {
    const known = this.#runs.get(runId);
    if (known) return known;
    const run: FollowedRun = {
      sequence: 0,
      cancels: new Set(),
      losses: new Set(),
      isOver,
      isKnown: false,
      isRejected: false,
    };
    this.#runs.set(runId, run);
    return run;
  }
}
