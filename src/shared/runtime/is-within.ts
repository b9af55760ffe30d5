import { isAbsolute, relative } from 'node:path';

/** Returns whether a path is the directory or inside it. Relative paths are resolved against the working directory. */
export function isWithin(path: string, directory: string): boolean {
  const relativePath = relative(directory, path);
  return relativePath === '' || (!/^\.\.(?:[/\\]|$)/.test(relativePath) && !isAbsolute(relativePath));
}
