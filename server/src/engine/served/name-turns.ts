/** The maximum number of names to remember. */
const maxNames = 10_000;

/**
 * Remembers which names had runs taken last, so that one name's many runs do not keep another's waiting. Each server process
 * has its own memory.
 */
export class NameTurns {
  // in the order in which they were last taken
  readonly #taken = new Map<string, number>();
  #count = 0;

  /** Returns a number for each name: 0 if it was never taken, and higher the later it was last taken. */
  of(accountId: string, names: readonly string[]): number[] {
    return names.map((name) => this.#taken.get(`${accountId} ${name}`) ?? 0);
  }

  take(accountId: string, name: string): void {
    const key = `${accountId} ${name}`;
    this.#taken.delete(key);
    this.#taken.set(key, ++this.#count);
    if (this.#taken.size <= maxNames) return;
    for (const oldest of this.#taken.keys()) {
      this.#taken.delete(oldest);
      return;
    }
  }
}
