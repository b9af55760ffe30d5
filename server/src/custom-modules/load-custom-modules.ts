import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CustomModuleDefinition } from '../module-contract/module-catalogue.js';
import { parseParams } from './parse-params.js';
import { describeCustomModule } from './describe-custom-module.js';
import { ConfigFileError, loadConfig } from './load-config.js';

const configNames = ['ts', 'mts', 'js', 'mjs'].map((extension) => `millrace.config.${extension}`);

/** The custom modules in a configuration file, for the catalogue and the runner. */
export interface CustomModules {
  readonly definitions: readonly CustomModuleDefinition[];
  /** The configuration file and the names of its modules. Absent if there is no configuration file. */
  readonly config?: { readonly path: string; readonly modules: readonly string[] };
}

/**
 * Loads the custom modules from the configuration file, if there is one.
 *
 * @param configPath The configuration file's path. @default `millrace.config.ts` (or .mts, .js, .mjs) in `dataDir`, if it exists
 * @throws `ConfigFileError` if there is no file at `configPath`, or if the configuration file cannot be used.
 */
export async function loadCustomModules(configPath: string | undefined, dataDir: string): Promise<CustomModules> {
  const path = await findConfig(configPath, dataDir);
  if (path === undefined) return { definitions: [] };
  const modules = await loadConfig(path);
  const definitions = modules.map((module): CustomModuleDefinition => {
    try {
      return {
        definition: describeCustomModule(module),
        checkParams: (params) => {
          const parsed = parseParams(module, params);
          return 'problem' in parsed ? parsed.problem : undefined;
        },
      };
    } catch (error) {
      throw new ConfigFileError(`${path}: ${(error as Error).message}`, { cause: error });
    }
  });
  return { definitions, config: { path, modules: modules.map(({ name }) => name) } };
}

async function findConfig(configPath: string | undefined, dataDir: string): Promise<string | undefined> {
  if (configPath !== undefined) {
    const path = resolve(configPath);
    if (await exists(path)) return path;
    throw new ConfigFileError(
      `There is no configuration file at ${path}. Correct the path in --config or MILLRACE_CONFIG.`,
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
