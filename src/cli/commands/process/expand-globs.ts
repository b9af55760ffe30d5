import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { compileGlob, splitGlob, type PathMatcher } from '../../../shared/rules/glob-pattern.js';
import { UsageError } from '../../command.js';

/**
 * Replaces each glob pattern in a list of paths with the matching files, sorted by name, and removes duplicate paths. Shells do not
 * expand quoted patterns, and Windows shells do not expand patterns at all. A path that exists is never treated as a pattern.
 *
 * @throws `UsageError` if no file matches a pattern.
 */
export async function expandGlobs(paths: readonly string[], separator: string = sep): Promise<string[]> {
  const expanded: string[] = [];
  for (const path of paths) {
    if (!isPattern(path) || existsSync(path)) expanded.push(path);
    else expanded.push(...(await findMatches(path, separator)));
  }
  return [...new Set(expanded)];
}

function isPattern(path: string): boolean {
  return /[*?[]|\{[^{}]*,[^{}]*\}/.test(path);
}

async function findMatches(pattern: string, separator: string): Promise<string[]> {
  // on Windows, a backslash is a path separator, not an escape character
  const { base, rest } = splitGlob(separator === '\\' ? pattern.replaceAll('\\', '/') : pattern);
  const matches = compilePattern(rest, pattern);
  const maxDepth = rest.includes('**') ? Infinity : rest.split('/').length;
  const skipsDirectory = (name: string) => name.startsWith('.') && !/(?:^|[/{,])\./.test(rest);
  const matchingFiles: string[] = [];
  const walk = async (directory: string, parent: string, depth: number): Promise<void> => {
    // skip directories that cannot be read, as a shell does
    const entries = await readdir(directory || '.', { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = parent === '' ? entry.name : `${parent}/${entry.name}`;
      if (entry.isDirectory()) {
        if (depth < maxDepth && !skipsDirectory(entry.name)) await walk(join(directory, entry.name), path, depth + 1);
      } else if (matches(path) && (await isFile(join(base, path)))) matchingFiles.push(join(base, path));
    }
  };
  await walk(base, '', 1);
  if (matchingFiles.length > 0) return matchingFiles;
  throw new UsageError(`Found no files that match '${pattern}'.`);
}

function compilePattern(rest: string, pattern: string): PathMatcher {
  try {
    return compileGlob(rest);
  } catch {
    throw new UsageError(`Expected a valid pattern such as '*.pdf', got '${pattern}'.`);
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}
