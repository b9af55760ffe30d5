import { isAbsolute, relative } from 'node:path';

/** Returns whether a path is a directory, or within it. Both are resolved against the working directory. */
export function isWithin(path: string, directory: string): boolean {
  const relativePath = relative(directory, path);
  return relativePath === '' || (!/^\.\.(?:[/\\]|$)/.test(relativePath) && !isAbsolute(relativePath));
}
