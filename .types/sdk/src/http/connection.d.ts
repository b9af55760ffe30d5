import type { ApiKey, Settings } from '../settings/settings.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { ModuleInfo, ServerInfo } from '../shared/types/server-info.js';
import { Agents } from './agents.js';
import type { Call, Caller, CallResponse } from './call.js';
/** Sends a client's requests. Adds the API key, retries, and pools connections. */
export declare class Connection implements Caller {
    #private;
    readonly settings: Omit<Settings, 'apiKey'>;
    readonly agents: Agents;
    constructor({ apiKey, ...settings }: Settings);
    get apiKey(): ApiKey | undefined;
    /** The API URL. @throws `ConfigurationError` if the URL or the key is missing. */
    get apiUrl(): string;
    /** Returns the server's kind, version and limits. The result is cached. */
    server(options?: RequestOptions): Promise<ServerInfo>;
    /**
     * Returns the server's modules, including custom ones. For the hosted service, returns the built-in ones. The result is cached.
     */
    modules(options?: RequestOptions): Promise<readonly ModuleInfo[]>;
    /** Sends a call and returns the response, regardless of its status. @throws `ConnectionError`, or the signal's reason. */
    send(call: Call, options?: RequestOptions): Promise<CallResponse>;
    /**
     * Sends a call and returns the response if its status is 2xx.
     *
     * @throws `ApiError` for any other status; `ResponseShapeError` if another kind of server responded.
     */
    ask(call: Call, options?: RequestOptions): Promise<CallResponse>;
}
