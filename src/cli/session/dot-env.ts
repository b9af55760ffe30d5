import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { UsageError } from '../command.js';

/** The Millrace variables that `./.env` can set. None of them starts a program, opens a port or names a directory. */
const allowedVariables: readonly string[] = ['MILLRACE_API_URL', 'MILLRACE_API_KEY', 'MILLRACE_LOG'];

/**
 * Adds the allowed variables in `./.env` to the environment, unless they are already set. Ignores other `MILLRACE_…` variables,
 * because somebody else may have written the file.
 *
 * @param warn Called with a message if `./.env` contains ignored variables that are not set in the environment.
 * @returns The names of the variables that were added.
 */
export function loadDotEnv(
  environment: NodeJS.ProcessEnv,
  warn: (message: string) => void,
  path = '.env',
): ReadonlySet<string> {
  const candidates = Object.entries(parseEnv(readIfPresent(path))).filter(
    ([name, value]) => name.startsWith('MILLRACE_') && value && !environment[name],
  );
  const ignored = candidates.map(([name]) => name).filter((name) => !allowedVariables.includes(name));
  if (ignored.length > 0) {
    warn(
      `Ignored ${ignored.join(', ')} in ./.env, because somebody else may have written the file. ` +
        `It can set only ${allowedVariables.join(', ')}. Set other variables in the environment.`,
    );
  }
  const added = candidates.filter(([name]) => allowedVariables.includes(name));
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
