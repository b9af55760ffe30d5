import { pathToFileURL } from 'node:url';
import { missingModule } from '../modules/missing-module.js';
import { ModuleError, type ModuleImplementation } from '../modules/module.js';

/** What this process has loaded: models and word lists stay with it for the next task. */
const loaded = new Map<string, ModuleImplementation>();

/**
 * @param file Where a module of the operator's own is; built-in modules have none.
 * @throws `ModuleError` when there is no such module or its file cannot be loaded.
 */
export async function findImplementation(name: string, file: string | undefined): Promise<ModuleImplementation> {
  const known = loaded.get(name);
  if (known) return known;
  const implementation = file === undefined ? await loadBuiltIn(name) : await loadFile(name, file);
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
