import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Settings } from '../settings/settings.js';

interface AgentPair {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

/** Keeps connections open between requests until `close()`. Never closes the user's own agents. */
export class Agents {
  readonly #settings: Pick<Settings, 'httpAgent' | 'httpsAgent'>;
  #keepAlive: AgentPair | undefined;
  #oneShot: AgentPair | undefined;

  constructor(settings: Pick<Settings, 'httpAgent' | 'httpsAgent'>) {
    this.#settings = settings;
  }

  /** @param fresh Whether to use a new connection, in case the server has just closed an idle one. */
  get(fresh: boolean): AgentPair {
    this.#keepAlive ??= {
      httpAgent: new HttpAgent({ keepAlive: true }),
      httpsAgent: new HttpsAgent({ keepAlive: true }),
    };
    this.#oneShot ??= {
      httpAgent: new HttpAgent({ keepAlive: false }),
      httpsAgent: new HttpsAgent({ keepAlive: false }),
    };
    const own = fresh ? this.#oneShot : this.#keepAlive;
    return {
      httpAgent: this.#settings.httpAgent ?? own.httpAgent,
      httpsAgent: this.#settings.httpsAgent ?? own.httpsAgent,
    };
  }

  /**
   * Closes all connections. `Agent.destroy()` also closes connections in use, so requests in progress fail with `ECONNRESET`, and are
   * retried if that is safe. Later requests open new connections.
   */
  close(): void {
    for (const pair of [this.#keepAlive, this.#oneShot]) {
      pair?.httpAgent.destroy();
      pair?.httpsAgent.destroy();
    }
    this.#keepAlive = undefined;
    this.#oneShot = undefined;
  }
}
