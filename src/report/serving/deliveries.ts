/** Lets callers wait until the server has accepted an event. */
export class Deliveries {
  readonly #waiters = new Map<string, { readonly sequence: number; readonly resolve: () => void }[]>();

  /** Resolves when the server has accepted the run's events up to the sequence number, or when they will not be sent. */
  wait(runId: string, sequence: number): Promise<void> {
    return new Promise((resolve) => {
      const waiters = this.#waiters.get(runId) ?? [];
      waiters.push({ sequence, resolve });
      this.#waiters.set(runId, waiters);
    });
  }

  /**
   * Resolves the pending `wait` calls for a run's events.
   *
   * @param sequence The sequence number of the last accepted event; `Infinity` if the run's remaining events will not be sent.
   */
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
