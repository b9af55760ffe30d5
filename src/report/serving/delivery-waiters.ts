/** Lets callers wait until the server has accepted or rejected an event, or the reporter has discarded it. */
export class DeliveryWaiters {
  readonly #waitersByRun = new Map<string, { readonly sequence: number; readonly resolve: () => void }[]>();

  /** Resolves when {@link settle} is called for the run with this or a higher sequence number. */
  wait(runId: string, sequence: number): Promise<void> {
    return new Promise((resolve) => {
      const waiters = this.#waitersByRun.get(runId) ?? [];
      waiters.push({ sequence, resolve });
      this.#waitersByRun.set(runId, waiters);
    });
  }

  /** Resolves a run's `wait` calls with this or a lower sequence number. `Infinity` resolves all of them. */
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
