import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Settings } from '../settings/settings.js';

interface Pair {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

/** Keeps connections open between requests until `close()`. Never closes an agent passed in by the user. */
export class Agents {
  readonly #settings: Pick<Settings, 'httpAgent' | 'httpsAgent'>;
  #kept: Pair | undefined;
  #single: Pair | undefined;

  constructor(settings: Pick<Settings, 'httpAgent' | 'httpsAgent'>) {
    this.#settings = settings;
  }

  /** @param fresh Whether to use a new connection, in case the server has just closed an idle one. */
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

  /** Closes idle connections. Requests in progress finish; later requests open new connections. */
  close(): void {
    for (const pair of [this.#kept, this.#single]) {
      pair?.httpAgent.destroy();
      pair?.httpsAgent.destroy();
    }
    this.#kept = undefined;
    this.#single = undefined;
  }
}
