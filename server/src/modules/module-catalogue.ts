import { catalogue, type ModuleDefinition } from 'millrace/modules/catalogue.js';

/** Every module that this server knows by name, whether or not it can run it. */
export interface ModuleCatalogue {
  readonly all: readonly ModuleDefinition[];
  find(name: string): ModuleDefinition | undefined;
}

/** @param defaults The default models of this server where they are not the catalogue's, by module. */
export function moduleCatalogue(
  own: readonly ModuleDefinition[] = [],
  defaults: ReadonlyMap<string, string> = new Map(),
): ModuleCatalogue {
  const all = [...catalogue, ...own].map((module) => {
    const defaultModel = defaults.get(module.name) ?? module.defaultModel;
    return { ...module, defaultModel };
  });
  const byName = new Map(all.map((module) => [module.name, module]));
  return { all, find: (name) => byName.get(name) };
}
