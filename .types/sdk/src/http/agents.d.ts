import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Settings } from '../settings/settings.js';
interface AgentPair {
    readonly httpAgent: HttpAgent;
    readonly httpsAgent: HttpsAgent;
}
/** Keeps connections open between requests until `close()`. Never closes the user's own agents. */
export declare class Agents {
    #private;
    constructor(settings: Pick<Settings, 'httpAgent' | 'httpsAgent'>);
    /** @param fresh Whether to use a new connection, in case the server has just closed an idle one. */
    get(fresh: boolean): AgentPair;
    /**
     * Closes all connections. `Agent.destroy()` also closes the ones in use, so requests in progress fail with `ECONNRESET`, and
     * are retried if that is safe. Later requests open new connections.
     */
    close(): void;
}
export {};
