import type { RequestOptions } from '../shared/types/client-options.js';
import type { ServerInfo, ModuleInfo } from '../shared/types/server-info.js';
import type { Caller } from './call.js';
/**
 * Determines whether a server supports `/v1` or only the hosted protocol. Only servers with `/v1` send the `millrace-api` header.
 *
 * @throws `ApiError` if the server is unavailable, so that it is not mistaken for a server without `/v1`;
 * `ResponseShapeError` if the URL is that of another web site.
 */
export declare function discover(connection: Pick<Caller, 'send' | 'apiUrl'>, options: RequestOptions, isBackground?: boolean): Promise<ServerInfo>;
/** Returns the modules that a server offers. The hosted service cannot list its modules, so the catalogue is used instead. */
export declare function fetchModules(connection: Caller, options: RequestOptions): Promise<readonly ModuleInfo[]>;
