import { catalogue, type ModuleDefinition } from 'millrace/shared/modules/catalogue.js';
import type { Json } from 'millrace/shared/types/json.js';

/** Every module that this server knows by name, whether or not it can run it. */
export interface ModuleCatalogue {
  readonly all: readonly ModuleDefinition[];
  find(name: string): ModuleDefinition | undefined;
  /** What a module of the operator's own has to say against parameters of the right types; nothing when they will do. */
  checkParams(name: string, params: Readonly<Record<string, Json>>): string | undefined;
}

/** A module of the operator's own, as far as the catalogue is concerned. */
export interface OwnDefinition {
  readonly definition: ModuleDefinition;
  checkParams(params: Readonly<Record<string, Json>>): string | undefined;
}

/** @param defaults The default models of this server where they are not the catalogue's, by module. */
export function moduleCatalogue(
  own: readonly OwnDefinition[] = [],
  defaults: ReadonlyMap<string, string> = new Map(),
): ModuleCatalogue {
  const all = [...catalogue, ...own.map(({ definition }) => definition)].map((module) => {
    const defaultModel = defaults.get(module.name) ?? module.defaultModel;
    return { ...module, defaultModel };
  });
  const byName = new Map(all.map((module) => [module.name, module]));
  const checks = new Map(own.map((module) => [module.definition.name, module]));
  return {
    all,
    find: (name) => byName.get(name),
    checkParams: (name, params) => checks.get(name)?.checkParams(params),
  };
}
