/** Lets callers wait until an event has been accepted, rejected or discarded. */
export class DeliveryWaiters {
  readonly #waitersByRun = new Map<string, { readonly sequence: number; readonly resolve: () => void }[]>();

  /** Resolves once the run's events up to the sequence number have been accepted, rejected or discarded. */
  wait(runId: string, sequence: number): Promise<void> {
    return new Promise((resolve) => {
      const waiters = this.#waitersByRun.get(runId) ?? [];
      waiters.push({ sequence, resolve });
      this.#waitersByRun.set(runId, waiters);
    });
  }

  /** Resolves the `wait` calls for a run's events up to the sequence number; with `Infinity`, for all events of the run. */
  settle(runId: string, sequence: number): void {
    const waiters = this.#waitersByRun.get(runId);
    if (!waiters) return;
    const remaining = waiters.filter((waiter) => waiter.sequence > sequence);
    for (const waiter of waiters) if (waiter.sequence <= sequence) waiter.resolve();
    if (remaining.length > 0) this.#waitersByRun.set(runId, remaining);
    else this.#waitersByRun.delete(runId);
  }

  settleAll(): void {
    for (const runId of [...this.#waitersByRun.keys()]) this.settle(runId, Infinity);
  }
}
