import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CustomModuleDefinition } from '../module-contract/module-catalogue.js';
import { checkParams } from './check-params.js';
import { describeCustomModule } from './describe-custom-module.js';
import { ConfigFileError, loadConfig } from './load-config.js';

const configNames = ['ts', 'mts', 'js', 'mjs'].map((extension) => `millrace.config.${extension}`);

/** The modules of a configuration file, for the catalogue and for the runner. */
export interface CustomModules {
  readonly definitions: readonly CustomModuleDefinition[];
  /** Absent when there is no configuration file. */
  readonly config?: { readonly path: string; readonly modules: readonly string[] };
}

/**
 * Loads the custom modules from the configuration file: the named one, or else `millrace.config.ts` (or .mts, .js, .mjs) in
 * the data directory, if it exists.
 *
 * @param named The configuration file that the settings name.
 * @throws `ConfigFileError` when the named file does not exist, or a file cannot be used.
 */
export async function loadCustomModules(named: string | undefined, dataDir: string): Promise<CustomModules> {
  const path = await findConfig(named, dataDir);
  if (path === undefined) return { definitions: [] };
  const modules = await loadConfig(path);
  const definitions = modules.map((module): CustomModuleDefinition => {
    try {
      return {
        definition: describeCustomModule(module),
        checkParams: (params) => {
          const checked = checkParams(module, params);
          return 'problem' in checked ? checked.problem : undefined;
        },
      };
    } catch (error) {
      throw new ConfigFileError(`${path}: ${(error as Error).message}`, { cause: error });
    }
  });
  return { definitions, config: { path, modules: modules.map(({ name }) => name) } };
}

async function findConfig(named: string | undefined, dataDir: string): Promise<string | undefined> {
  if (named !== undefined) {
    const path = resolve(named);
    if (await exists(path)) return path;
    throw new ConfigFileError(
      `Expected a configuration file at ${path}, got nothing there. Correct the path in --config or MILLRACE_CONFIG.`,
    );
  }
  for (const name of configNames) {
    const path = join(dataDir, name);
    if (await exists(path)) return path;
  }
  return undefined;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
