import { catalogue } from 'millrace/shared/modules/catalogue.js';
import type { ModuleDefinition } from 'millrace/shared/modules/module-definition.js';
import type { Json } from 'millrace/shared/types/json.js';

/** All modules whose names this server recognizes, including those that it cannot run. */
export interface ModuleCatalogue {
  readonly all: readonly ModuleDefinition[];
  find(name: string): ModuleDefinition | undefined;
  /** Validates parameters whose types have already been checked. Returns an error message, or `undefined` if the parameters are valid. */
  checkParams(name: string, params: Readonly<Record<string, Json>>): string | undefined;
}

/** The part of a custom module that the catalogue needs. */
export interface CustomModuleDefinition {
  readonly definition: ModuleDefinition;
  checkParams(params: Readonly<Record<string, Json>>): string | undefined;
}

/**
 * Creates a catalogue of the built-in and custom modules.
 *
 * @param defaultModelByModule The default models configured by the operator, by module name.
 * @param checkBuiltin Checks the parameters of built-in modules.
 */
export function createModuleCatalogue(
  custom: readonly CustomModuleDefinition[] = [],
  defaultModelByModule: ReadonlyMap<string, string> = new Map(),
  checkBuiltin: ModuleCatalogue['checkParams'] = () => undefined,
): ModuleCatalogue {
  const all = [...catalogue, ...custom.map(({ definition }) => definition)].map((module) => {
    const defaultModel = defaultModelByModule.get(module.name) ?? module.defaultModel;
    return { ...module, defaultModel };
  });
  const byName = new Map(all.map((module) => [module.name, module]));
  const customByName = new Map(custom.map((module) => [module.definition.name, module]));
  return {
    all,
    find: (name) => byName.get(name),
    checkParams: (name, params) => customByName.get(name)?.checkParams(params) ?? checkBuiltin(name, params),
  };
}
