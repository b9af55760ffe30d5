import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

const found = new Map<string, Promise<string | undefined>>();

/** Searches the PATH for a program and returns its path, or `undefined` if it is not installed. Each name is searched for only once. */
export function findProgram(name: string): Promise<string | undefined> {
  const known = found.get(name);
  if (known) return known;
  const search = searchPath(name);
  found.set(name, search);
  return search;
}

async function searchPath(name: string): Promise<string | undefined> {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  // skips empty entries, because they mean the working directory, which modules can write to
  for (const directory of (process.env['PATH'] ?? '').split(delimiter).filter((entry) => entry !== '')) {
    const path = join(directory, file);
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return path;
  }
  return undefined;
}
