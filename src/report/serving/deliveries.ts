/** Waits for events to arrive at the server. */
export class Deliveries {
  readonly #waiters = new Map<string, { readonly sequence: number; readonly resolve: () => void }[]>();

  /** Resolves when the server has accepted the run's events up to the sequence number. */
  wait(runId: string, sequence: number): Promise<void> {
    return new Promise((resolve) => {
      const waiters = this.#waiters.get(runId) ?? [];
      waiters.push({ sequence, resolve });
      this.#waiters.set(runId, waiters);
    });
  }

  /** @param sequence The last event of the run that the server has accepted; `Infinity` if it accepts no more. */
  settle(runId: string, sequence: number): void {
    const waiters = this.#waiters.get(runId);
    if (!waiters) return;
    const left = waiters.filter((waiter) => waiter.sequence > sequence);
    for (const waiter of waiters) if (waiter.sequence <= sequence) waiter.resolve();
    if (left.length > 0) this.#waiters.set(runId, left);
    else this.#waiters.delete(runId);
  }

  settleAll(): void {
    for (const runId of [...this.#waiters.keys()]) this.settle(runId, Infinity);
  }
}
