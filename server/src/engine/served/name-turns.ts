/** The maximum number of names to track. */
const maxNames = 10_000;

/**
 * Tracks how recently runs of each name were claimed, so that a name with many runs does not keep the runs of other names waiting. Each
 * server process tracks only its own claims.
 */
export class NameTurns {
  /** The sequence number of each name's last claim, by account and name, oldest first. */
  readonly #lastClaimByName = new Map<string, number>();
  #claimCount = 0;

  /** Returns the rank of each name: 0 if no claim is recorded, otherwise higher for more recent claims. */
  rank(accountId: string, names: readonly string[]): number[] {
    return names.map((name) => this.#lastClaimByName.get(`${accountId} ${name}`) ?? 0);
  }

  recordClaim(accountId: string, name: string): void {
    const key = `${accountId} ${name}`;
    this.#lastClaimByName.delete(key);
    this.#lastClaimByName.set(key, ++this.#claimCount);
    if (this.#lastClaimByName.size <= maxNames) return;
    for (const oldest of this.#lastClaimByName.keys()) {
      this.#lastClaimByName.delete(oldest);
      return;
    }
  }
}
