import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importFile } from './import-file.js';
import { checkCustomModules } from './check-custom-modules.js';
import type { CustomModule } from './custom-module.js';

/** Thrown if the configuration file cannot be loaded or is invalid. The message contains the reason. */
export class ConfigFileError extends Error {
  override readonly name = 'ConfigFileError';
}

const loadTimeoutMs = 30_000;

/**
 * Loads the custom modules from a TypeScript or JavaScript configuration file.
 *
 * @throws `ConfigFileError` if the file cannot be loaded or is invalid.
 */
export async function loadConfig(path: string): Promise<readonly CustomModule[]> {
  const loaded = await withTimeout(path, importConfig(path));
  const problem = checkCustomModules(loaded);
  if (problem !== undefined) throw new ConfigFileError(`${path}: ${problem}`);
  return (loaded as { modules: CustomModule[] }).modules;
}

async function importConfig(path: string): Promise<unknown> {
  const alias = {
    '@millrace/server': fileURLToPath(new URL('./config-api.js', import.meta.url)),
    ...(canImportZod(path) ? {} : { zod: findServerZodDir() }),
  };
  try {
    // disable the module cache, so that a changed file is loaded again
    const exported = await importFile(path, { alias, moduleCache: false });
    return exported['default'] ?? exported;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigFileError(`Failed to load ${path}: ${reason}`, { cause: error });
  }
}

/**
 * Returns whether the configuration file can import an installed zod. If not, it uses the server's zod. For example, a data directory
 * usually has no `node_modules`.
 */
function canImportZod(path: string): boolean {
  try {
    createRequire(path).resolve('zod');
    return true;
  } catch {
    return false;
  }
}

function findServerZodDir(): string {
  return dirname(createRequire(import.meta.url).resolve('zod/package.json'));
}

async function withTimeout<T>(path: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    const error = new ConfigFileError(
      `${path} did not load within ${loadTimeoutMs / 1000} s. Remove slow code from its top level.`,
    );
    timer = setTimeout(() => reject(error), loadTimeoutMs);
  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}
