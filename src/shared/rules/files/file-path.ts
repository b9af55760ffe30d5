import type { Limits } from '../../types/limits.js';
import { checkDirectoryPath, checkDirectoryPattern } from './directory-path.js';
import { checkFileName, checkFileNamePattern } from './file-name.js';
import { formatValue } from '../format-value.js';

/** Splits a symbolic file path into its directory and file name. The directory of `/x.txt` is `/`. */
export function splitFilePath(path: string): { directory: string; fileName: string } {
  const slash = path.lastIndexOf('/');
  return { directory: path.slice(0, slash) || '/', fileName: path.slice(slash + 1) };
}

export function joinFilePath(directory: string, fileName: string): string {
  return directory === '/' ? `/${fileName}` : `${directory}/${fileName}`;
}

/** Checks the directory and file name in a symbolic file path. */
export function checkFilePath(value: unknown, limits: Limits): string | undefined {
  return checkParts(value, limits, checkDirectoryPath, checkFileName);
}

/** Checks a file path pattern. The directory can end with `*`, and the file name can begin and end with `*`. */
export function checkFilePathPattern(value: unknown, limits: Limits): string | undefined {
  return checkParts(value, limits, checkDirectoryPattern, checkFileNamePattern);
}

type Check = (value: unknown, limits: Limits) => string | undefined;

function checkParts(value: unknown, limits: Limits, checkDirectory: Check, checkName: Check): string | undefined {
  const noun = 'a symbolic file path';
  if (typeof value !== 'string') return `Expected ${noun} to be a string, got ${formatValue(value)}`;
  if (!value.startsWith('/')) return `Expected ${noun} to start with '/', got ${formatValue(value)}`;
  const { directory, fileName } = splitFilePath(value);
  if (fileName === '') return `Expected ${noun} to end with a file name, got ${formatValue(value)}`;
  return checkDirectory(directory, limits) ?? checkName(fileName, limits);
}
