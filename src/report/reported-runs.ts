import { isFinalState } from '../shared/runs/run-state.js';
import type { ReportedRun, RunEvent } from '../shared/runs/run-event.js';

interface RunEntry {
  /** The sequence number of the most recently queued event; 0 if no event has been queued. */
  sequence: number;
  readonly cancelCallbacks: Set<(reason?: string) => void>;
  /** Called when the server no longer accepts the run's events. Only claimed runs have these callbacks. */
  readonly leaseLossCallbacks: Set<() => void>;
  hasEnded: boolean;
  /** Whether a response has confirmed that the server knows about the run. The server rejects heartbeats for unknown runs. */
  isKnownToServer: boolean;
  /** Whether the run's events are no longer sent, because the server rejects them or the worker returns the run to the server. */
  isDropped: boolean;
}

/** Tracks the runs whose events a reporter sends. Calls a run's callbacks when the server cancels the run or rejects its events. */
export class ReportedRuns {
  readonly #runsById = new Map<string, RunEntry>();

  get size(): number {
    return this.#runsById.size;
  }

  /** Calls `cancel` when the run is cancelled on the server. */
  onCancel(runId: string, cancel: (reason?: string) => void): void {
    this.#findOrAdd(runId, false).cancelCallbacks.add(cancel);
  }

  /** Calls `onLost` when the server no longer accepts the run's events, for example because another process has taken over the run. */
  onLeaseLoss(runId: string, onLost: () => void): void {
    this.#findOrAdd(runId, false).leaseLossCallbacks.add(onLost);
  }

  /** Returns whether the server knows about the run and accepts its events. */
  isKnownToServer(runId: string): boolean {
    const run = this.#runsById.get(runId);
    return run?.isKnownToServer === true && !run.isDropped;
  }

  /** Returns whether the reporter sends the run's events. */
  has(runId: string): boolean {
    return this.#runsById.has(runId) && !this.isDropped(runId);
  }

  isDropped(runId: string): boolean {
    return this.#runsById.get(runId)?.isDropped === true;
  }

  /** Prevents the run's later events from being sent. */
  drop(runId: string): void {
    const run = this.#runsById.get(runId);
    if (run) run.isDropped = true;
  }

  /**
   * Registers an event that is about to be queued.
   *
   * @returns The run, or `undefined` if the event must not be sent because it is a duplicate or its run was dropped.
   */
  register(event: RunEvent): { readonly hasEnded: boolean } | undefined {
    const isStart = event.type === 'run-created' || event.type === 'run-resumed';
    // if the run's entry has been removed, treat the run as ended, unless this event starts or resumes the run
    const run = this.#findOrAdd(event.run, !isStart);
    if (run.isDropped || event.sequence <= run.sequence) return undefined;
    run.sequence = event.sequence;
    if (event.type === 'run-resumed') run.hasEnded = false;
    if (event.type === 'run-state' && isFinalState(event.state)) run.hasEnded = true;
    return run;
  }

  /** Handles the server's response for a run. @returns `false` if the server does not accept the run's events. */
  handleResponse(runId: string, { state, cancel }: ReportedRun): boolean {
    const run = this.#runsById.get(runId);
    if (!run) return true;
    if (state === null) {
      run.isDropped = true;
      for (const onLost of run.leaseLossCallbacks) onLost();
      run.leaseLossCallbacks.clear();
      return false;
    }
    run.isKnownToServer = true;
    if (cancel && !run.hasEnded) {
      for (const cancelRun of run.cancelCallbacks) cancelRun('cancelled on the server');
      run.cancelCallbacks.clear();
    }
    return true;
  }

  /** Returns the ids of the unfinished runs that this program started. Omits claimed runs, because other workers can continue them. */
  listStartedRuns(): string[] {
    return [...this.#runsById]
      .filter(([, run]) => !run.hasEnded && !run.isDropped && run.leaseLossCallbacks.size === 0)
      .map(([id]) => id);
  }

  /** Returns the ids of the runs that need heartbeats: the server knows about them, and they have neither ended nor been dropped. */
  listHeartbeatRuns(): string[] {
    return [...this.#runsById]
      .filter(([, run]) => run.isKnownToServer && !run.hasEnded && !run.isDropped)
      .map(([id]) => id);
  }

  /** Removes the runs that have ended and have no pending events. */
  removeEnded(hasPendingEvents: (runId: string) => boolean): void {
    for (const [id, run] of this.#runsById) if (run.hasEnded && !hasPendingEvents(id)) this.#runsById.delete(id);
  }

  clear(): void {
    this.#runsById.clear();
  }

  #findOrAdd(runId: string, hasEnded: boolean): RunEntry {
    const existing = this.#runsById.get(runId);
    if (existing) return existing;
    const run: RunEntry = {
      sequence: 0,
      cancelCallbacks: new Set(),
      leaseLossCallbacks: new Set(),
      hasEnded,
      isKnownToServer: false,
      isDropped: false,
    };
    this.#runsById.set(runId, run);
    return run;
  }
}
