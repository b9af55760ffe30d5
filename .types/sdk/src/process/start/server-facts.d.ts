import type { PipelineContext } from '../../http/hosted-call.js';
import type { RequestOptions } from '../../shared/types/client-options.js';
import type { ServerInfo } from '../../shared/types/server-info.js';
import type { FindModule } from './selections.js';
/** The server properties needed to start a run. */
export interface ServerFacts extends Pick<ServerInfo, 'kind' | 'limits'> {
    /** Finds one of the server's modules. */
    readonly find: FindModule;
    /** Whether `find` also covers custom modules and models. */
    readonly hasCustomModules: boolean;
}
/**
 * Returns the server's kind and limits, and the modules to check a call against. If the call uses only built-in modules and
 * models, these are the built-in modules. Otherwise, they are requested from the server.
 *
 * @throws `ChainError` if the server does not have a module in the chain, or the modules do not fit together.
 */
export declare function readServerFacts({ connection, chain }: PipelineContext, choices: object | undefined, options: RequestOptions): Promise<ServerFacts>;
