import type { Outage } from '../types/client-options.js';

/**
 * Creates lines about an outage for output that cannot be redrawn: one line each after 2, 10 and 30 seconds, then one every minute.
 */
export class OutageLines {
  #nextLineAtSeconds = 2;

  /** Returns the line to print now, or `undefined` if no line is due. @param outage `null` if the outage has ended. */
  read(outage: Outage | null): string | undefined {
    if (outage === null) this.#nextLineAtSeconds = 2;
    if (outage === null || outage.seconds < this.#nextLineAtSeconds) return undefined;
    const { seconds, reason } = outage;
    this.#nextLineAtSeconds = seconds < 10 ? 10 : seconds < 30 ? 30 : 60 * (Math.floor(seconds / 60) + 1);
    return `${describeOutage(outage)} (${reason})`;
  }
}

export function describeOutage({ seconds }: Outage): string {
  return `waiting for the server, ${seconds} s`;
}
