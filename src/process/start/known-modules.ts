import { checkChainAgainst, isBuiltIn } from '../../options/check-chain.js';
import type { Find } from './selections.js';
import { findModule } from '../../shared/modules/catalogue.js';
import type { RequestOptions } from '../../shared/types/client-options.js';
import type { PipelineContext } from '../../http/hosted-call.js';

/**
 * The modules to judge a call by: the built-in ones, unless the chain or the choice of models names one that is not among them; then
 * the server is asked for its own.
 *
 * @throws `ChainError` when the server has no such module, or its modules do not fit together.
 */
export async function findKnownModules(
  { connection, chain }: PipelineContext,
  chosen: object | undefined,
  options: RequestOptions,
): Promise<Find> {
  if (isBuiltIn(chain) && hasOnlyBuiltInModels(chain, chosen)) return findModule;
  const modules = await connection.modules(options);
  const byName = new Map(modules.map((module) => [module.name, module]));
  const find: Find = (name) => byName.get(name);
  checkChainAgainst(chain, find, [...byName.keys()]);
  return find;
}

function hasOnlyBuiltInModels(chain: readonly string[], chosen: object | undefined): boolean {
  const models = new Set(chain.flatMap((name) => findModule(name)?.models.map((model) => model.name) ?? []));
  return Object.values(chosen ?? {}).every((choice: { model?: string } | undefined) => {
    return choice?.model === undefined || models.has(choice.model);
  });
}
