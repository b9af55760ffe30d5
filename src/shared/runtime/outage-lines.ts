import type { Outage } from '../types/client-options.js';

/**
 * Decides when to print a line about an outage if lines cannot be updated in place: after 2, 10 and 30 seconds, then every minute.
 */
export class OutageLines {
  #nextSeconds = 2;

  /** Returns the line to print now, or `undefined` if it is not time for one. */
  read(outage: Outage | null): string | undefined {
    if (outage === null) this.#nextSeconds = 2;
    if (outage === null || outage.seconds < this.#nextSeconds) return undefined;
    const { seconds, reason } = outage;
    this.#nextSeconds = seconds < 10 ? 10 : seconds < 30 ? 30 : 60 * (Math.floor(seconds / 60) + 1);
    return `${describeOutage(outage)} (${reason})`;
  }
}

export function describeOutage({ seconds }: Outage): string {
  return `waiting for the server, ${seconds} s`;
}
