import { catalogue, type ModuleDefinition } from 'millrace/modules/catalogue.js';

/** Every module that this server knows by name, whether or not it can run it. */
export interface ModuleCatalogue {
  readonly all: readonly ModuleDefinition[];
  find(name: string): ModuleDefinition | undefined;
}

export function moduleCatalogue(own: readonly ModuleDefinition[] = []): ModuleCatalogue {
  const all = [...catalogue, ...own];
  const byName = new Map(all.map((module) => [module.name, module]));
  return { all, find: (name) => byName.get(name) };
}
