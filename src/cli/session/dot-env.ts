import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { UsageError } from '../command.js';

/**
 * Adds the `MILLRACE_…` variables from `./.env` to the environment, unless they are already set. Other variables are ignored,
 * because the file may belong to another program.
 *
 * @returns The names of the variables that were added.
 */
export function loadDotEnv(environment: NodeJS.ProcessEnv, path = '.env'): ReadonlySet<string> {
  const added = new Set<string>();
  for (const [name, value] of Object.entries(parseEnv(readIfPresent(path)))) {
    if (!name.startsWith('MILLRACE_') || environment[name] || !value) continue;
    environment[name] = value;
    added.add(name);
  }
  return added;
}

function readIfPresent(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // a directory named `.env` is probably a Python virtual environment
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return '';
    throw new UsageError(
      `Expected ./.env to be readable, got ${code ?? String(error)}. Fix its permissions, or move it elsewhere.`,
    );
  }
}
