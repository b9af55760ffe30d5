import type { PipelineContext } from '../../http/hosted-call.js';
import { checkChainAgainst, hasOnlyBuiltInModules } from '../../options/check-chain.js';
import { findModule } from '../../shared/modules/catalogue.js';
import type { RequestOptions } from '../../shared/types/client-options.js';
import type { ServerInfo } from '../../shared/types/server-info.js';
import type { FindModule } from './selections.js';

/** The server properties needed to start a run. */
export interface ServerFacts extends Pick<ServerInfo, 'kind' | 'limits'> {
  readonly find: FindModule;
  /** Whether `find` also finds custom modules and models. */
  readonly hasCustomModules: boolean;
}

/**
 * Returns the server's kind, limits and modules. Requests the modules from the server only if the call uses a module or model that is not
 * built in.
 *
 * @throws `ChainError` if the server does not have a module in the chain, or if the modules do not fit together.
 */
export async function readServerFacts(
  { connection, chain }: PipelineContext,
  choices: object | undefined,
  options: RequestOptions,
): Promise<ServerFacts> {
  const { kind, limits } = await connection.server(options);
  if (hasOnlyBuiltInModules(chain) && hasOnlyBuiltInModels(chain, choices)) {
    return { kind, limits, find: findModule, hasCustomModules: false };
  }
  const modules = await connection.modules(options);
  const byName = new Map(modules.map((module) => [module.name, module]));
  const find: FindModule = (name) => byName.get(name);
  checkChainAgainst(chain, find, [...byName.keys()]);
  return { kind, limits, find, hasCustomModules: true };
}

function hasOnlyBuiltInModels(chain: readonly string[], choices: object | undefined): boolean {
  const models = new Set(chain.flatMap((name) => findModule(name)?.models.map((model) => model.name) ?? []));
  return Object.values(choices ?? {}).every((choice: { model?: string } | undefined) => {
    return choice?.model === undefined || models.has(choice.model);
  });
}
