/**
 * Tracks how long this server has been able to receive heartbeats without a gap. If the server was down, suspended or disconnected from its
 * database, it may have missed heartbeats, so heartbeat timeouts restart at the end of the gap.
 */
export class HeartbeatGaps {
  readonly #maxGapMs: number;
  #listeningSince: Date;
  #lastCheckAt: Date;

  /** @param maxGapMs The maximum time between two checks, in milliseconds. After a longer gap, heartbeats may have been missed. */
  constructor(now: Date, maxGapMs: number) {
    this.#maxGapMs = maxGapMs;
    this.#listeningSince = this.#lastCheckAt = now;
  }

  /** Begins a check. @returns Whether the server has been able to receive heartbeats without a gap since `time`. */
  hasListenedSince(time: Date, now: Date): boolean {
    if (now.getTime() - this.#lastCheckAt.getTime() > this.#maxGapMs) this.#listeningSince = now;
    return this.#listeningSince <= time;
  }

  /** Ends a successful check that began at `startedAt`. Do not call after a failed check: heartbeats may have been missed. */
  endCheck(startedAt: Date): void {
    this.#lastCheckAt = startedAt;
  }
}
