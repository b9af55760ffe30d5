import { pathToFileURL } from 'node:url';
import type { ModuleSource } from '../messages.js';
import { describeUnavailableModule, ModuleError, type ModuleImplementation } from '../../module-contract/module.js';

/** The implementations that this process has loaded, by module name. Their models and word lists stay in memory for later tasks. */
const implementationByModule = new Map<string, ModuleImplementation>();

/**
 * Returns a module's implementation. Loads it on the first call.
 *
 * @param source The module's file, or `undefined` for a built-in module.
 * @throws `ModuleError` if the module does not exist, or its file cannot be loaded or exports no `run` function.
 * @throws `ConfigFileError` if the configuration file cannot be loaded or is invalid.
 */
export async function findImplementation(
  name: string,
  source: ModuleSource | undefined,
): Promise<ModuleImplementation> {
  const cached = implementationByModule.get(name);
  if (cached) return cached;
  const implementation = !source
    ? await loadBuiltinImplementation(name)
    : source.isConfigFile
      ? await loadFromConfig(name, source.path)
      : await loadFile(name, source.path);
  implementationByModule.set(name, implementation);
  return implementation;
}

async function loadBuiltinImplementation(name: string): Promise<ModuleImplementation> {
  const { loadBuiltinModule } = await import('../../modules/registry.js');
  const implementation = await loadBuiltinModule(name);
  if (!implementation) throw new ModuleError(describeUnavailableModule(name));
  return implementation;
}

async function loadFromConfig(name: string, path: string): Promise<ModuleImplementation> {
  const [{ loadConfig }, { implementCustomModule }] = await Promise.all([
    import('../../custom-modules/load-config.js'),
    import('../../custom-modules/implement-custom-module.js'),
  ]);
  const module = (await loadConfig(path)).find((candidate) => candidate.name === name);
  if (!module)
    throw new ModuleError(
      `Module '${name}' is missing from ${path}, because the file has changed. Restart the server.`,
    );
  return implementCustomModule(module);
}

async function loadFile(name: string, file: string): Promise<ModuleImplementation> {
  let exported: Partial<ModuleImplementation>;
  try {
    exported = (await import(pathToFileURL(file).href)) as Partial<ModuleImplementation>;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ModuleError(`Failed to load module '${name}': ${reason}`, { cause: error });
  }
  if (typeof exported.run === 'function') return exported as ModuleImplementation;
  throw new ModuleError(
    `Expected the file of module '${name}' to export a function \`run\`, got ${typeof exported.run}. ` +
      'Write `export async function run(input, context) { … }`.',
  );
}
