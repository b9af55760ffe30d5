import { Issues } from '../options/issues.js';
import { isWhole } from '../options/request-options.js';
import { processOptionNames } from '../process/process.js';
import { showValue } from '../shared/rules/show-value.js';
import type { FileSet, FoundFiles, ProcessManyOptions } from '../shared/types/many-files.js';
import { isFoundFiles } from './batch-items.js';
import { isGlob } from './find-files.js';
import { globTest } from './glob-pattern.js';

const ownNames = ['concurrency', 'manifest', 'stopOnError', 'onFile'];
const perFile = ['fileName', 'symbolicFilePath', 'idempotencyKey', 'waitForProcess'];
const optionNames = [...processOptionNames.filter((name) => !perFile.includes(name)), ...ownNames];

/** @throws `ValidationError` */
export function checkBatch(files: FileSet, options: ProcessManyOptions): void {
  const issues = new Issues();
  const { concurrency, manifest, stopOnError, onFile } = issues.addUnknown(options, optionNames, 'processMany()');
  issues.add(['files'], checkFiles(files));
  for (const given of isFoundFiles(files) ? [files] : Array.isArray(files) ? (files as unknown[]) : []) {
    if (isFoundFiles(given as FoundFiles)) checkFound(given as FoundFiles, issues);
  }
  issues.expect('concurrency', concurrency, isWhole(concurrency, 1), 'a whole number from 1 up');
  issues.expect('manifest', manifest, typeof manifest === 'string' && manifest !== '', 'the path of a file');
  issues.expect('stopOnError', stopOnError, typeof stopOnError === 'boolean', 'true or false');
  issues.expect('onFile', onFile, typeof onFile === 'function', 'a function');
  issues.throwIfAny();
}

function checkFiles(files: unknown): string | undefined {
  if (typeof files === 'string') {
    const text = showValue(files);
    return `Expected files, or where to find them, got the text ${text}. Give { glob: ${text} }, { directory: ${text} } or [${text}]`;
  }
  const given = typeof files === 'object' ? files : null;
  const isIterable = given !== null && (Symbol.iterator in given || Symbol.asyncIterator in given);
  if (isIterable || isFoundFiles(given as FileSet)) return undefined;
  return `Expected the files to be an array, anything else that can be iterated, { glob } or { directory }, got ${showValue(files)}`;
}

function checkFound(where: FoundFiles, issues: Issues): void {
  const known = isGlob(where) ? ['glob', 'cwd', 'exclude'] : ['directory', 'recursive', 'include', 'exclude', 'watch'];
  const given = issues.addUnknown<object>(where, known, 'files') as Record<string, unknown>;
  for (const name of ['glob', 'include', 'exclude']) {
    issues.expect(name, given[name], arePatterns(given[name]), 'a pattern, or several in an array');
  }
  for (const name of ['directory', 'cwd']) {
    const value = given[name];
    const isPath = (typeof value === 'string' && value !== '') || (value instanceof URL && value.protocol === 'file:');
    issues.expect(name, value, isPath, 'the path of a directory, or its file: URL');
  }
  for (const name of ['recursive', 'watch']) {
    issues.expect(name, given[name], typeof given[name] === 'boolean', 'true or false');
  }
}

function arePatterns(value: unknown): boolean {
  const patterns: readonly unknown[] = Array.isArray(value) ? value : [value];
  return patterns.every((pattern) => typeof pattern === 'string' && pattern !== '' && isPattern(pattern));
}

/** A set such as `[z-a]` is none. */
function isPattern(pattern: string): boolean {
  try {
    globTest(pattern);
    return true;
  } catch {
    return false;
  }
}
