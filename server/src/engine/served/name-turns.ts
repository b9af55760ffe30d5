/** The maximum number of names to track. */
const maxNames = 10_000;

/**
 * Tracks how recently runs of each name were claimed, so that a name with many runs does not keep the runs of other names waiting. Each
 * server process tracks only its own claims.
 */
export class NameTurns {
  /** The sequence number of each name's most recent claim, by account and name, in the order of the claims. */
  readonly #claimNumberByName = new Map<string, number>();
  #claimCount = 0;

  /** Returns the rank of each name: 0 if no claim is recorded, otherwise higher for more recent claims. */
  rank(accountId: string, names: readonly string[]): number[] {
    return names.map((name) => this.#claimNumberByName.get(`${accountId} ${name}`) ?? 0);
  }

  recordClaim(accountId: string, name: string): void {
    const key = `${accountId} ${name}`;
    this.#claimNumberByName.delete(key);
    this.#claimNumberByName.set(key, ++this.#claimCount);
    if (this.#claimNumberByName.size <= maxNames) return;
    for (const oldest of this.#claimNumberByName.keys()) {
      this.#claimNumberByName.delete(oldest);
      return;
    }
  }
}
