/** Lets callers wait until an event has been accepted, rejected or discarded. */
export class Deliveries {
  readonly #waiters = new Map<string, { readonly sequence: number; readonly resolve: () => void }[]>();

  /** Resolves once the run's events up to the sequence number have been accepted, rejected or discarded. */
  wait(runId: string, sequence: number): Promise<void> {
    return new Promise((resolve) => {
      const waiters = this.#waiters.get(runId) ?? [];
      waiters.push({ sequence, resolve });
      this.#waiters.set(runId, waiters);
    });
  }

  /** Resolves the `wait` calls for a run's events up to the sequence number; with `Infinity`, for all events of the run. */
  settle(runId: string, sequence: number): void {
    const waiters = this.#waiters.get(runId);
    if (!waiters) return;
    const remaining = waiters.filter((waiter) => waiter.sequence > sequence);
    for (const waiter of waiters) if (waiter.sequence <= sequence) waiter.resolve();
    if (remaining.length > 0) this.#waiters.set(runId, remaining);
    else this.#waiters.delete(runId);
  }

  settleAll(): void {
    for (const runId of [...this.#waiters.keys()]) this.settle(runId, Infinity);
  }
}
