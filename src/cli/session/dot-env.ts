import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { UsageError } from '../command.js';

/** The variables that `./.env` can set. None of them starts a program, opens a port or names a directory. */
const allowed: readonly string[] = ['MILLRACE_API_URL', 'MILLRACE_API_KEY', 'MILLRACE_LOG'];

/**
 * Adds the allowed variables from `./.env` to the environment, unless they are already set. The file may be part of a directory
 * from somebody else, so other `MILLRACE_…` variables are refused.
 *
 * @param warn Called with the names of the variables that are refused.
 * @returns The names of the variables that were added.
 */
export function loadDotEnv(
  environment: NodeJS.ProcessEnv,
  warn: (message: string) => void,
  path = '.env',
): ReadonlySet<string> {
  const given = Object.entries(parseEnv(readIfPresent(path))).filter(
    ([name, value]) => name.startsWith('MILLRACE_') && value && !environment[name],
  );
  const refused = given.map(([name]) => name).filter((name) => !allowed.includes(name));
  if (refused.length > 0) {
    warn(
      `Ignored ${refused.join(', ')} in ./.env, because the file may be from somebody else. ` +
        `It can set only ${allowed.join(', ')}. Set other variables in the environment.`,
    );
  }
  const added = given.filter(([name]) => allowed.includes(name));
  for (const [name, value] of added) environment[name] = value;
  return new Set(added.map(([name]) => name));
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
