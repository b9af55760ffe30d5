import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Settings } from '../settings/settings.js';

interface AgentPair {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

/** A client's HTTP agents. Agents that the user supplies are never closed. */
export class Agents {
  readonly #settings: Pick<Settings, 'httpAgent' | 'httpsAgent'>;
  #keepAliveAgents: AgentPair | undefined;
  #oneShotAgents: AgentPair | undefined;

  constructor(settings: Pick<Settings, 'httpAgent' | 'httpsAgent'>) {
    this.#settings = settings;
  }

  /**
   * Returns the agents for a request.
   *
   * @param needsNewConnection Whether to open a new connection instead of reusing an idle one, which the server may have just closed.
   * Has no effect on the user's agents.
   */
  get(needsNewConnection: boolean): AgentPair {
    this.#keepAliveAgents ??= {
      httpAgent: new HttpAgent({ keepAlive: true }),
      httpsAgent: new HttpsAgent({ keepAlive: true }),
    };
    this.#oneShotAgents ??= {
      httpAgent: new HttpAgent({ keepAlive: false }),
      httpsAgent: new HttpsAgent({ keepAlive: false }),
    };
    const { httpAgent, httpsAgent } = needsNewConnection ? this.#oneShotAgents : this.#keepAliveAgents;
    return {
      httpAgent: this.#settings.httpAgent ?? httpAgent,
      httpsAgent: this.#settings.httpsAgent ?? httpsAgent,
    };
  }

  /**
   * Closes all connections, even those in use, but not those of agents that the user supplies. Requests in progress fail with
   * `ECONNRESET`, and are retried if that is safe. Later requests open new connections.
   */
  close(): void {
    for (const pair of [this.#keepAliveAgents, this.#oneShotAgents]) {
      pair?.httpAgent.destroy();
      pair?.httpsAgent.destroy();
    }
    this.#keepAliveAgents = undefined;
    this.#oneShotAgents = undefined;
  }
}
