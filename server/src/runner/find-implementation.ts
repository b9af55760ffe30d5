import { pathToFileURL } from 'node:url';
import type { ModuleSource } from './messages.js';
import { missingModule, ModuleError, type ModuleImplementation } from '../module-contract/module.js';

/** What this process has loaded: models and word lists stay with it for the next task. */
const loaded = new Map<string, ModuleImplementation>();

/**
 * @param source Where a module of the operator's own is; built-in modules have none.
 * @throws `ModuleError` when there is no such module or its file cannot be loaded.
 */
export async function findImplementation(
  name: string,
  source: ModuleSource | undefined,
): Promise<ModuleImplementation> {
  const known = loaded.get(name);
  if (known) return known;
  const implementation = !source
    ? await loadBuiltIn(name)
    : source.isConfig
      ? await loadFromConfig(name, source.path)
      : await loadFile(name, source.path);
  loaded.set(name, implementation);
  return implementation;
}

async function loadBuiltIn(name: string): Promise<ModuleImplementation> {
  // only when one is asked for: a process that runs the operator's modules starts without them
  const { loadModule } = await import('../modules/registry.js');
  const implementation = await loadModule(name);
  if (!implementation) throw new ModuleError(missingModule(name));
  return implementation;
}

async function loadFromConfig(name: string, path: string): Promise<ModuleImplementation> {
  const [{ loadConfig }, { implementCustomModule }] = await Promise.all([
    import('../custom-modules/load-config.js'),
    import('../custom-modules/implement-custom-module.js'),
  ]);
  const module = (await loadConfig(path)).find((candidate) => candidate.name === name);
  if (!module)
    throw new ModuleError(`Expected ${path} to have a module '${name}', got none: it has changed meanwhile.`);
  return implementCustomModule(module);
}

async function loadFile(name: string, file: string): Promise<ModuleImplementation> {
  let exported: Partial<ModuleImplementation>;
  try {
    exported = (await import(pathToFileURL(file).href)) as Partial<ModuleImplementation>;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ModuleError(`module '${name}' could not be loaded: ${reason}`, { cause: error });
  }
  if (typeof exported.run === 'function') return exported as ModuleImplementation;
  throw new ModuleError(
    `Expected the file of module '${name}' to export a function \`run\`, got ${typeof exported.run}. ` +
      'Write `export async function run(input, context) { … }`.',
  );
}
