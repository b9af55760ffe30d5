import { basename, dirname, isAbsolute, relative, resolve } from 'node:path';
import type { FoundFiles } from '../shared/types/many-files.js';
import { toPath } from './find-files.js';
import { isGlob } from './found-files.js';
import type { PathTest } from '../shared/rules/glob-pattern.js';

interface OwnFiles {
  readonly manifest: string | undefined;
  /** The output directory, or `undefined` if outputs are not saved. */
  readonly save: string | undefined;
  /** The extension of outputs, including the dot, or `undefined` if unknown. */
  readonly extension: string | undefined;
}

const outputName = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.[^.]+)$/;

/**
 * Returns a test for the files that a batch itself writes, which must not become its inputs: the manifest, its lock, and the
 * output directory. If the inputs are inside the output directory, only the outputs themselves are excluded.
 */
export function ownFilesTest(where: FoundFiles, { manifest, save, extension }: OwnFiles): PathTest {
  const source = resolve(isGlob(where) ? toPath(where.cwd ?? '.') : toPath(where.directory));
  const manifestPath = manifest === undefined ? undefined : resolve(manifest);
  const outputs = save === undefined ? undefined : resolve(save);
  const isSeparate = outputs !== undefined && !isWithin(source, outputs);
  return (path) => {
    if (manifestPath !== undefined && (path === manifestPath || path.startsWith(`${manifestPath}.lock`))) return true;
    if (outputs === undefined) return false;
    if (isSeparate) return isWithin(path, outputs);
    const saved = dirname(path) === outputs ? outputName.exec(basename(path))?.[1] : undefined;
    return saved !== undefined && saved === (extension ?? saved);
  };
}

function isWithin(path: string, directory: string): boolean {
  const relativePath = relative(directory, path);
  return relativePath === '' || (!/^\.\.(?:[/\\]|$)/.test(relativePath) && !isAbsolute(relativePath));
}
