import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

const found = new Map<string, Promise<string | undefined>>();

/** Where a program is on the PATH, looked for once; `undefined` when it is not installed. */
export function findProgram(name: string): Promise<string | undefined> {
  const known = found.get(name);
  if (known) return known;
  const search = searchPath(name);
  found.set(name, search);
  return search;
}

async function searchPath(name: string): Promise<string | undefined> {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  // an empty entry means the working directory, which here is one that modules write into
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
