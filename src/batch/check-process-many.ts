import { Issues } from '../options/issues.js';
import {
  anyValueFor,
  nonEmptyText,
  oneOf,
  toBe,
  toBeBoolean,
  toBeFunction,
  integerAtLeast,
  type OptionRule,
  type OptionRules,
} from '../options/option-rules.js';
import { processRules } from '../process/process-options.js';
import { formatValue } from '../shared/rules/format-value.js';
import type { FileSet, LocalFiles, ProcessManyOptions } from '../shared/types/files/many-files.js';
import { isLocalFiles, isGlobFiles } from './local-files.js';
import { compileGlob } from '../shared/rules/glob-pattern.js';
import { checkDirectoryPath } from '../shared/rules/files/directory-path.js';
import { looseLimits } from '../shared/rules/limits.js';
import { isUrl } from '../shared/rules/class-of.js';

/** The `process()` options that `processMany()` does not accept. */
const processOnlyOptions = ['fileName', 'symbolicFilePath', 'idempotencyKey', 'waitForProcess'];

/** The rules for `processMany()` options. Options shared with `process()` are checked later, for each file. */
const batchRules: OptionRules<keyof ProcessManyOptions> = {
  ...(anyValueFor(Object.keys(processRules).filter((name) => !processOnlyOptions.includes(name))) as Pick<
    typeof processRules,
    keyof ProcessManyOptions & keyof typeof processRules
  >),
  concurrency: integerAtLeast(1),
  manifest: nonEmptyText('a file path'),
  stopOnError: toBeBoolean,
  onChange: oneOf('replace', 'keep'),
  onFile: toBeFunction,
};

const toBePatterns = toBe('a pattern or an array of patterns', areValidPatterns);
export const toBeDirectoryPath: OptionRule = toBe(
  'a directory path or file: URL',
  (value) => (typeof value === 'string' && value !== '') || (isUrl(value) && value.protocol === 'file:'),
);
const globRules = { glob: toBePatterns, cwd: toBeDirectoryPath, exclude: toBePatterns };
const directoryRules: OptionRules = {
  directory: toBeDirectoryPath,
  symbolicDirectoryPath: (value) => checkDirectoryPath(value, looseLimits),
  recursive: toBeBoolean,
  include: toBePatterns,
  exclude: toBePatterns,
  watch: toBeBoolean,
};

/** Checks the arguments of `processMany()`. @throws `ValidationError` if an argument is invalid. */
export function checkProcessManyArguments(files: FileSet, options: ProcessManyOptions): void {
  const issues = new Issues();
  issues.check(options, batchRules, 'processMany()');
  issues.add(['files'], checkFiles(files));
  for (const entry of isLocalFiles(files) ? [files] : Array.isArray(files) ? (files as unknown[]) : []) {
    if (isLocalFiles(entry as LocalFiles)) {
      issues.check(entry as object, isGlobFiles(entry as LocalFiles) ? globRules : directoryRules, 'files');
    }
  }
  issues.throwIfAny();
}

function checkFiles(files: unknown): string | undefined {
  if (typeof files === 'string') {
    const text = formatValue(files);
    return `Expected an array of files, { glob } or { directory }, got the string ${text}. Use { glob: ${text} }, { directory: ${text} } or [${text}]`;
  }
  const source = typeof files === 'object' ? files : null;
  const isIterable = source !== null && (Symbol.iterator in source || Symbol.asyncIterator in source);
  if (isIterable || isLocalFiles(source as FileSet)) return undefined;
  return `Expected the files to be an array or other iterable, { glob } or { directory }, got ${formatValue(files)}`;
}

export function areValidPatterns(value: unknown): boolean {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.every((pattern) => typeof pattern === 'string' && pattern !== '' && isValidPattern(pattern));
}

/** Returns whether a pattern can be compiled. A reversed range such as `[z-a]` cannot. */
function isValidPattern(pattern: string): boolean {
  try {
    compileGlob(pattern);
    return true;
  } catch {
    return false;
  }
}
