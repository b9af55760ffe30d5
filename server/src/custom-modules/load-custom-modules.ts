import type { OwnDefinition } from '../module-contract/module-catalogue.js';
import { checkParams } from './check-params.js';
import { describeCustomModule } from './describe-custom-module.js';
import { findConfig } from './find-config.js';
import { ConfigFileError, loadConfig } from './load-config.js';

/** The modules of a configuration file: for the catalogue, and for the runner. */
export interface CustomModules {
  readonly definitions: readonly OwnDefinition[];
  /** Absent when there is no such file. */
  readonly config?: { readonly path: string; readonly modules: readonly string[] };
}

/**
 * Loads the operator's own modules.
 *
 * @param named The configuration file, where the settings name one.
 * @throws `ConfigFileError`
 */
export async function loadCustomModules(named: string | undefined, dataDir: string): Promise<CustomModules> {
  const path = await findConfig(named, dataDir);
  if (path === undefined) return { definitions: [] };
  const modules = await loadConfig(path);
  const definitions = modules.map((module): OwnDefinition => {
    try {
      return {
        definition: describeCustomModule(module),
        checkParams: (params) => {
          const checked = checkParams(module, params);
          return 'fault' in checked ? checked.fault : undefined;
        },
      };
    } catch (error) {
      throw new ConfigFileError(`${path}: ${(error as Error).message}`, { cause: error });
    }
  });
  return { definitions, config: { path, modules: modules.map(({ name }) => name) } };
}
