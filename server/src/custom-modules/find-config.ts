import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigFileError } from './load-config.js';

const names = ['ts', 'mts', 'js', 'mjs'].map((extension) => `millrace.config.${extension}`);

/**
 * Where the configuration file is: the one that was named, else `millrace.config.ts` (or .mts, .js, .mjs) in the data
 * directory, else nowhere.
 *
 * @throws `ConfigFileError` when the one that was named is not there.
 */
export async function findConfig(named: string | undefined, dataDir: string): Promise<string | undefined> {
  if (named !== undefined) {
    const path = resolve(named);
    if (await exists(path)) return path;
    throw new ConfigFileError(`Expected a configuration file at ${path}, got nothing there.`);
  }
  for (const name of names) {
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
