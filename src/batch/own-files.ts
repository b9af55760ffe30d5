import { basename, dirname, isAbsolute, relative, resolve } from 'node:path';
import type { FoundFiles } from '../shared/types/many-files.js';
import { isGlob, pathOf } from './find-files.js';
import type { PathTest } from './glob-pattern.js';

export interface OwnFiles {
  readonly manifest: string | undefined;
  /** Where outputs go; `undefined` when they go nowhere. */
  readonly save: string | undefined;
  /** The extension of outputs, with its dot; `undefined` when it is not known. */
  readonly extension: string | undefined;
}

const outputName = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.[^.]+)$/;

/**
 * What a batch writes itself, which is not to be found as its input: the journal with the lock beside it, the directory of the
 * outputs, and the outputs alone where inputs come from the same directory.
 */
export function ownFilesTest(where: FoundFiles, { manifest, save, extension }: OwnFiles): PathTest {
  const source = resolve(isGlob(where) ? pathOf(where.cwd ?? '.') : pathOf(where.directory));
  const journal = manifest === undefined ? undefined : resolve(manifest);
  const outputs = save === undefined ? undefined : resolve(save);
  const isApart = outputs !== undefined && !isWithin(source, outputs);
  return (path) => {
    if (journal !== undefined && (path === journal || path.startsWith(`${journal}.lock`))) return true;
    if (outputs === undefined) return false;
    if (isApart) return isWithin(path, outputs);
    const saved = dirname(path) === outputs ? outputName.exec(basename(path))?.[1] : undefined;
    return saved !== undefined && saved === (extension ?? saved);
  };
}

function isWithin(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way === '' || (!/^\.\.(?:[/\\]|$)/.test(way) && !isAbsolute(way));
}
