import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

const searches = new Map<string, Promise<string | undefined>>();

/** Returns a program's path, or `undefined` if the program is not on the PATH. The result is cached. */
export function findProgram(name: string): Promise<string | undefined> {
  const cached = searches.get(name);
  if (cached) return cached;
  const search = searchPath(name);
  searches.set(name, search);
  return search;
}

async function searchPath(name: string): Promise<string | undefined> {
  const fileName = process.platform === 'win32' ? `${name}.exe` : name;
  // skip empty entries, because they stand for the working directory, where modules can create files
  for (const directory of (process.env['PATH'] ?? '').split(delimiter).filter((entry) => entry !== '')) {
    const path = join(directory, fileName);
    const isExecutable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) return path;
  }
  return undefined;
}
