import type { Outage } from '../types/client-options.js';

/** Chooses when to print a line about an outage, where lines cannot be updated: after 2, 10 and 30 seconds, and then every minute. */
export class OutageLines {
  #next = 2;

  /** Returns the line to print, if any. */
  read(outage: Outage | null): string | undefined {
    if (outage === null) this.#next = 2;
    if (outage === null || outage.seconds < this.#next) return undefined;
    const { seconds, reason } = outage;
    this.#next = seconds < 10 ? 10 : seconds < 30 ? 30 : 60 * (Math.floor(seconds / 60) + 1);
    return `${describeOutage(outage)} (${reason})`;
  }
}

export function describeOutage({ seconds }: Outage): string {
  return `waiting for the server, ${seconds} s`;
}
