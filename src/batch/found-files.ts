import type { FileInput } from '../shared/types/files/file-input.js';
import type { FileSet, FoundFiles, GlobFiles, ManyItem } from '../shared/types/files/many-files.js';

/** Returns whether the files are specified by a glob pattern or a directory. */
export function isFoundFiles(entry: FileSet | FileInput | ManyItem | FoundFiles): entry is FoundFiles {
  return typeof entry === 'object' && (entry as object | null) !== null && ('glob' in entry || 'directory' in entry);
}

/** Returns whether the files are specified by a glob pattern. */
export function isGlob(source: FoundFiles): source is GlobFiles {
  return 'glob' in source;
}

/** Returns whether the files can be counted without consuming an iterable or watching a directory. */
export function isCountable(files: FileSet): boolean {
  const entries = isFoundFiles(files) ? [files] : files;
  if (!Array.isArray(entries)) return false;
  return !entries.some(
    (entry: FileInput | ManyItem | FoundFiles) => isFoundFiles(entry) && !isGlob(entry) && entry.watch,
  );
}
