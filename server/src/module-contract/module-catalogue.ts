import { catalogue, type ModuleDefinition } from 'millrace/shared/modules/catalogue.js';
import type { Json } from 'millrace/shared/types/json.js';

/** All modules that this server knows by name, including those that it cannot run. */
export interface ModuleCatalogue {
  readonly all: readonly ModuleDefinition[];
  find(name: string): ModuleDefinition | undefined;
  /** Returns what a custom module's schema rejects in the parameters, or `undefined` when they are valid. */
  checkParams(name: string, params: Readonly<Record<string, Json>>): string | undefined;
}

/** What the catalogue needs to know about a custom module. */
export interface CustomModuleDefinition {
  readonly definition: ModuleDefinition;
  checkParams(params: Readonly<Record<string, Json>>): string | undefined;
}

/**
 * Adds the custom modules to the built-in ones.
 *
 * @param defaults Default models that the operator has configured, by module.
 */
export function moduleCatalogue(
  custom: readonly CustomModuleDefinition[] = [],
  defaults: ReadonlyMap<string, string> = new Map(),
): ModuleCatalogue {
  const all = [...catalogue, ...custom.map(({ definition }) => definition)].map((module) => {
    const defaultModel = defaults.get(module.name) ?? module.defaultModel;
    return { ...module, defaultModel };
  });
  const byName = new Map(all.map((module) => [module.name, module]));
  const checks = new Map(custom.map((module) => [module.definition.name, module]));
  return {
    all,
    find: (name) => byName.get(name),
    checkParams: (name, params) => checks.get(name)?.checkParams(params),
  };
}
