import { statSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import type { LocalFiles } from '../shared/types/files/many-files.js';
import { toPath } from './find-files.js';
import { isGlobFiles } from './local-files.js';
import type { PathMatcher } from '../shared/rules/glob-pattern.js';
import { isWithin } from '../shared/runtime/is-within.js';

interface WriteLocations {
  readonly manifest: string | undefined;
  /** `undefined` if outputs are not saved. */
  readonly outputDirectory: string | undefined;
  /** The extension of outputs, including the dot, or `undefined` if unknown. */
  readonly extension: string | undefined;
}

/** Matches an output file name that consists of a file id and an extension. */
const outputNamePattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[^.]+$/;

/**
 * Returns a test for the files that a batch writes, which must not become its inputs: the manifest, its lock, and the outputs. If the
 * source directory, or the `cwd` of a glob, is outside the output directory, every file in the output directory counts as an output.
 * Otherwise, an output is a file with the outputs' extension that is named after a file id or, for a directory source, after an input.
 *
 * @returns The test, and `isSourceOutsideOutputs`: whether outputs are saved and the source directory is outside the output directory.
 */
export function createWrittenFileTest(
  source: LocalFiles,
  { manifest, outputDirectory, extension }: WriteLocations,
): { readonly isWrittenByBatch: PathMatcher; readonly isSourceOutsideOutputs: boolean } {
  const sourceDirectory = resolve(isGlobFiles(source) ? toPath(source.cwd ?? '.') : toPath(source.directory));
  const manifestPath = manifest === undefined ? undefined : resolve(manifest);
  const outputPath = outputDirectory === undefined ? undefined : resolve(outputDirectory);
  const isSourceOutsideOutputs = outputPath !== undefined && !isWithin(sourceDirectory, outputPath);
  const isWrittenByBatch: PathMatcher = (path) => {
    if (manifestPath !== undefined && (path === manifestPath || path.startsWith(`${manifestPath}.lock`))) return true;
    if (outputPath === undefined) return false;
    if (isSourceOutsideOutputs) return isWithin(path, outputPath);
    const fileExtension = extname(path);
    if (fileExtension === '' || fileExtension !== (extension ?? fileExtension)) return false;
    if (dirname(path) === outputPath && outputNamePattern.test(basename(path))) return true;
    const inputPath = join(sourceDirectory, relative(outputPath, path.slice(0, -fileExtension.length)));
    return !isGlobFiles(source) && isWithin(path, outputPath) && inputPath !== path && isFile(inputPath);
  };
  return { isWrittenByBatch, isSourceOutsideOutputs };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
