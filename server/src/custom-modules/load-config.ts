import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkCustomModules } from './check-custom-modules.js';
import type { CustomModule } from './custom-module.js';

/** The configuration file cannot be used; the message says why. */
export class ConfigFileError extends Error {
  override readonly name = 'ConfigFileError';
}

const loadMs = 30_000;

/**
 * Loads the modules of a configuration file, TypeScript or JavaScript.
 *
 * @throws `ConfigFileError`
 */
export async function loadConfig(path: string): Promise<readonly CustomModule[]> {
  const loaded = await withinTime(path, importFile(path));
  const fault = checkCustomModules(loaded);
  if (fault !== undefined) throw new ConfigFileError(`${path}: ${fault}`);
  return (loaded as { modules: CustomModule[] }).modules;
}

async function importFile(path: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  const jiti = createJiti(path, {
    // nothing is left in directories of others, and a changed file is read again
    fsCache: false,
    moduleCache: false,
    alias: {
      '@millrace/server': fileURLToPath(new URL('./config-api.js', import.meta.url)),
      ...(hasZod(path) ? {} : { zod: ownZod() }),
    },
  });
  try {
    return await jiti.import(path, { default: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigFileError(`${path} could not be loaded: ${reason}`, { cause: error });
  }
}

/** A file beside the data has no packages around it; the server lends it zod. */
function hasZod(path: string): boolean {
  try {
    createRequire(path).resolve('zod');
    return true;
  } catch {
    return false;
  }
}

function ownZod(): string {
  return dirname(createRequire(import.meta.url).resolve('zod/package.json'));
}

async function withinTime<T>(path: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new ConfigFileError(`${path} was not loaded within ${loadMs / 1000} s: it waits for something.`);
    timer = setTimeout(() => reject(error), loadMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
