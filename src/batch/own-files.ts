import { statSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import type { FoundFiles } from '../shared/types/files/many-files.js';
import { toPath } from './find-files.js';
import { isGlob } from './found-files.js';
import type { PathTest } from '../shared/rules/glob-pattern.js';
import { isWithin } from '../shared/runtime/is-within.js';

interface OwnFiles {
  readonly manifest: string | undefined;
  /** The output directory, or `undefined` if outputs are not saved. */
  readonly save: string | undefined;
  /** The extension of outputs, including the dot, or `undefined` if unknown. */
  readonly extension: string | undefined;
}

const outputName = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[^.]+$/;

/**
 * Returns a test for the files that a batch itself writes, which must not become its inputs: the manifest, its lock, and the output
 * directory. If the inputs are inside the output directory, only the outputs themselves are excluded: files named by an id or after a
 * file in the directory.
 */
export function ownFilesTest(
  where: FoundFiles,
  { manifest, save, extension }: OwnFiles,
): { readonly isOwn: PathTest; readonly isSeparate: boolean } {
  const source = resolve(isGlob(where) ? toPath(where.cwd ?? '.') : toPath(where.directory));
  const manifestPath = manifest === undefined ? undefined : resolve(manifest);
  const outputs = save === undefined ? undefined : resolve(save);
  const isSeparate = outputs !== undefined && !isWithin(source, outputs);
  const isOwn: PathTest = (path) => {
    if (manifestPath !== undefined && (path === manifestPath || path.startsWith(`${manifestPath}.lock`))) return true;
    if (outputs === undefined) return false;
    if (isSeparate) return isWithin(path, outputs);
    const saved = extname(path);
    if (saved === '' || saved !== (extension ?? saved)) return false;
    if (dirname(path) === outputs && outputName.test(basename(path))) return true;
    const input = join(source, relative(outputs, path.slice(0, -saved.length)));
    return !isGlob(where) && isWithin(path, outputs) && input !== path && isFile(input);
  };
  return { isOwn, isSeparate };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
