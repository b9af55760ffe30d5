import { isFinalState } from '../shared/runs/run-state.js';
import type { ReportedRun, RunEvent } from '../shared/runs/run-event.js';

interface FollowedRun {
  /** The sequence number of the last queued event. */
  sequence: number;
  readonly cancelCallbacks: Set<(reason?: string) => void>;
  readonly lossCallbacks: Set<() => void>;
  hasEnded: boolean;
  /** Whether the server has accepted an event for the run. Before that, heartbeats have no effect. */
  isKnown: boolean;
  /** Whether the server rejects the run's events. */
  isRejected: boolean;
}

/** The runs whose events a reporter sends, and whether the server accepts these events. */
export class FollowedRuns {
  readonly #runs = new Map<string, FollowedRun>();

  get size(): number {
    return this.#runs.size;
  }

  /** Calls `cancel` when the run is cancelled on the server. */
  onCancel(runId: string, cancel: (reason?: string) => void): void {
    this.#findOrAdd(runId, false).cancelCallbacks.add(cancel);
  }

  /** Calls `onLost` when the server no longer accepts the run's events, for example because another process has taken over the run. */
  onLoss(runId: string, onLost: () => void): void {
    this.#findOrAdd(runId, false).lossCallbacks.add(onLost);
  }

  /** Returns whether the server knows the run and accepts its events. */
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
  accept(event: RunEvent): { readonly hasEnded: boolean } | undefined {
    const isFirst = event.type === 'run-created' || event.type === 'run-resumed';
    // a later event of an unknown run, such as a log line, arrives after the run has ended and been removed
    const run = this.#findOrAdd(event.run, !isFirst);
    if (run.isRejected || event.sequence <= run.sequence) return undefined;
    run.sequence = event.sequence;
    if (event.type === 'run-resumed') run.hasEnded = false;
    if (event.type === 'run-state' && isFinalState(event.state)) run.hasEnded = true;
    return run;
  }

  /** Applies the server's response for a run. @returns Whether the server still accepts the run's events. */
  update(runId: string, { state, cancel }: ReportedRun): boolean {
    const run = this.#runs.get(runId);
    if (!run) return true;
    if (state === null) {
      run.isRejected = true;
      for (const onLost of run.lossCallbacks) onLost();
      run.lossCallbacks.clear();
      return false;
    }
    run.isKnown = true;
    if (cancel && !run.hasEnded) {
      for (const stop of run.cancelCallbacks) stop('cancelled on the server');
      run.cancelCallbacks.clear();
    }
    return true;
  }

  /**
   * Returns the ids of the unfinished runs that this program started itself. Claimed runs are omitted, because other workers can claim
   * them again.
   */
  listStartedRuns(): string[] {
    return [...this.#runs]
      .filter(([, run]) => !run.hasEnded && !run.isRejected && run.lossCallbacks.size === 0)
      .map(([id]) => id);
  }

  /** Returns the ids of the runs that need a heartbeat so that the server does not mark them as crashed. */
  listRunsInProgress(): string[] {
    return [...this.#runs].filter(([, run]) => run.isKnown && !run.hasEnded && !run.isRejected).map(([id]) => id);
  }

  /** Removes the runs that have ended. @param isPending Returns whether a run has unsent events and must be kept. */
  forgetEnded(isPending: (run: string) => boolean): void {
    for (const [id, run] of this.#runs) if (run.hasEnded && !isPending(id)) this.#runs.delete(id);
  }

  clear(): void {
    this.#runs.clear();
  }

  #findOrAdd(runId: string, hasEnded: boolean): FollowedRun {
    const existing = this.#runs.get(runId);
    if (existing) return existing;
    const run: FollowedRun = {
      sequence: 0,
      cancelCallbacks: new Set(),
      lossCallbacks: new Set(),
      hasEnded,
      isKnown: false,
      isRejected: false,
    };
    this.#runs.set(runId, run);
    return run;
  }
}
