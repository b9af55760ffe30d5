import type { PipelineContext } from '../../http/call-hosted.js';
import { checkChainAgainst, hasOnlyBuiltInModules } from '../../options/check-chain.js';
import { findModule } from '../../shared/modules/catalogue.js';
import type { RequestOptions } from '../../shared/types/client-options.js';
import type { ServerInfo } from '../../shared/types/server-info.js';
import type { FindModule } from './selections.js';

/** The server properties needed to start a run. */
export interface ServerDetails extends Pick<ServerInfo, 'kind' | 'limits'> {
  readonly find: FindModule;
  /** Whether `find` searches the server's modules, which can include custom modules, instead of the built-in modules. */
  readonly usesServerModules: boolean;
}

/**
 * Returns the server's kind and limits, and a function that finds a module by name. Fetches the server's modules only if the call uses a
 * module or model that is not built in.
 *
 * @param selections The caller's module selections.
 * @throws `ChainError` if it fetches the modules, and the server lacks one of the chain's modules or the modules do not fit together; any
 * error from a request.
 */
export async function getServerDetails(
  { connection, chain }: PipelineContext,
  selections: object | undefined,
  options: RequestOptions,
): Promise<ServerDetails> {
  const { kind, limits } = await connection.getServerInfo(options);
  if (hasOnlyBuiltInModules(chain) && hasOnlyBuiltInModels(chain, selections)) {
    return { kind, limits, find: findModule, usesServerModules: false };
  }
  const modules = await connection.getModules(options);
  const modulesByName = new Map(modules.map((module) => [module.name, module]));
  const find: FindModule = (name) => modulesByName.get(name);
  checkChainAgainst(chain, find, [...modulesByName.keys()]);
  return { kind, limits, find, usesServerModules: true };
}

function hasOnlyBuiltInModels(chain: readonly string[], selections: object | undefined): boolean {
  const builtInModels = new Set(chain.flatMap((name) => findModule(name)?.models.map((model) => model.name) ?? []));
  return Object.values(selections ?? {}).every((selection: { model?: string } | undefined) => {
    return selection?.model === undefined || builtInModels.has(selection.model);
  });
}
