import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { UsageError } from '../options/usage-error.js';

/**
 * Takes the `MILLRACE_…` variables of `./.env` into the environment, where it does not have them. Others are left alone:
 * the file belongs to whatever program lives in the directory.
 *
 * @returns The names that were taken.
 */
export function loadDotEnv(environment: NodeJS.ProcessEnv, path = '.env'): ReadonlySet<string> {
  const taken = new Set<string>();
  for (const [name, value] of Object.entries(parseEnv(readIfThere(path)))) {
    if (!name.startsWith('MILLRACE_') || environment[name] || !value) continue;
    environment[name] = value;
    taken.add(name);
  }
  return taken;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // a directory of that name is a virtual environment of Python
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return '';
    throw new UsageError(`Expected ./.env to be readable, got ${code ?? String(error)}. Mend it, or move it away.`);
  }
}
