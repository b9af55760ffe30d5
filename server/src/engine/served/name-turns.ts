/** The maximum number of names to remember. */
const maxNames = 10_000;

/**
 * Remembers in which order the runs of names were claimed, so that a name with many runs does not keep the runs of other names
 * waiting. Each server process remembers only its own claims.
 */
export class NameTurns {
  // ordered by the last claim, oldest first
  readonly #taken = new Map<string, number>();
  #count = 0;

  /** Returns a number for each name: 0 if none of its runs was claimed, and higher the more recent the last claim was. */
  of(accountId: string, names: readonly string[]): number[] {
    return names.map((name) => this.#taken.get(`${accountId} ${name}`) ?? 0);
  }

  /** Records that a run with this name was claimed. */
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
