import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Settings } from '../settings/settings.js';

interface Pair {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

/** The client's own connections: kept open between requests, and closed by `close()`. Agents of the user's stay the user's. */
export class Agents {
  readonly #settings: Pick<Settings, 'httpAgent' | 'httpsAgent'>;
  #kept: Pair | undefined;
  #single: Pair | undefined;

  constructor(settings: Pick<Settings, 'httpAgent' | 'httpsAgent'>) {
    this.#settings = settings;
  }

  /** @param fresh A connection of its own, for what must not run into one that the server has just closed. */
  get(fresh: boolean): Pair {
    this.#kept ??= { httpAgent: new HttpAgent({ keepAlive: true }), httpsAgent: new HttpsAgent({ keepAlive: true }) };
    this.#single ??= {
      httpAgent: new HttpAgent({ keepAlive: false }),
      httpsAgent: new HttpsAgent({ keepAlive: false }),
    };
    const own = fresh ? this.#single : this.#kept;
    return {
      httpAgent: this.#settings.httpAgent ?? own.httpAgent,
      httpsAgent: this.#settings.httpsAgent ?? own.httpsAgent,
    };
  }

  /** Requests under way come to their end; the next ones open connections again. */
  close(): void {
    for (const pair of [this.#kept, this.#single]) {
      pair?.httpAgent.destroy();
      pair?.httpsAgent.destroy();
    }
    this.#kept = undefined;
    this.#single = undefined;
  }
}
