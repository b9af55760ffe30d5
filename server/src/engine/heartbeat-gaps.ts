/**
 * Knows since when this server has received heartbeats without a gap. If it was down, suspended or disconnected from its store, it
 * may have missed some, so that silence counts only from then on.
 */
export class HeartbeatGaps {
  readonly #maxGapMs: number;
  #listeningSince: Date;
  #lastCheck: Date;

  /** @param maxGapMs The maximum time between two checks. After a longer gap, the server may have missed heartbeats. */
  constructor(now: Date, maxGapMs: number) {
    this.#maxGapMs = maxGapMs;
    this.#listeningSince = this.#lastCheck = now;
  }

  /** Begins a check. @returns Whether the server has listened since `time`, so that silence since then means something. */
  hasListenedSince(time: Date, now: Date): boolean {
    if (now.getTime() - this.#lastCheck.getTime() > this.#maxGapMs) this.#listeningSince = now;
    return this.#listeningSince <= time;
  }

  /** Ends a check. A check that fails does not end, and does not count. */
  endCheck(now: Date): void {
    this.#lastCheck = now;
  }
}
