import type { FileInput } from '../shared/types/files/file-input.js';
import type { FileSet, LocalFiles, GlobFiles, ManyItem } from '../shared/types/files/many-files.js';

/** Returns whether a file set, or an entry of one, is a `{ glob }` or `{ directory }` object. */
export function isLocalFiles(entry: FileSet | FileInput | ManyItem | LocalFiles): entry is LocalFiles {
  return typeof entry === 'object' && (entry as object | null) !== null && ('glob' in entry || 'directory' in entry);
}

export function isGlobFiles(source: LocalFiles): source is GlobFiles {
  return 'glob' in source;
}

/**
 * Returns whether the files can be counted. Counting an iterable other than an array could consume it, and counting a watched directory
 * would never end.
 */
export function isCountable(files: FileSet): boolean {
  const entries = isLocalFiles(files) ? [files] : files;
  if (!Array.isArray(entries)) return false;
  return !entries.some(
    (entry: FileInput | ManyItem | LocalFiles) => isLocalFiles(entry) && !isGlobFiles(entry) && entry.watch,
  );
}
