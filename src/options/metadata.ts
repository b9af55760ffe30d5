import { checkDescription } from '../shared/rules/free-text.js';
import { checkDirectoryPath } from '../shared/rules/files/directory-path.js';
import { checkFileName } from '../shared/rules/files/file-name.js';
import { checkFilePath, splitFilePath } from '../shared/rules/files/file-path.js';
import { checkExpireTime } from '../shared/rules/arguments.js';
import { checkTags } from '../shared/rules/tags.js';
import type { FileMetadata } from '../shared/types/files/file-input.js';
import type { Limits } from '../shared/types/limits.js';
import type { Issues } from './issues.js';
import type { OptionRules } from './option-rules.js';

/** A file's metadata in the server's format. Fields that the caller did not set are `undefined`. */
interface ServerMetadata {
  readonly fileName: string | undefined;
  readonly directory: string | undefined;
  readonly tags: readonly Readonly<Record<string, string>>[] | undefined;
  readonly description: string | undefined;
  readonly expireTime: number | null | undefined;
}

export const metadataNames = [
  'fileName',
  'symbolicDirectoryPath',
  'symbolicFilePath',
  'fileTags',
  'fileDescription',
  'expireTime',
] as const;

/** Returns the rules for metadata options. @param checkExtension Checks the extension of a file name or path. */
export function createMetadataRules(
  limits: Limits,
  checkExtension: (name: string) => string | undefined = () => undefined,
): OptionRules<keyof FileMetadata> {
  return {
    fileName: (value) => checkFileName(value, limits) ?? checkExtension(value as string),
    symbolicDirectoryPath: (value) => checkDirectoryPath(value, limits),
    symbolicFilePath: (value) => checkFilePath(value, limits) ?? checkExtension(value as string),
    fileTags: (value) => checkTags(value, limits),
    fileDescription: (value) => checkDescription(value, limits),
    expireTime: (value) => checkExpireTime(value, limits),
  };
}

/** Adds an issue if a symbolic file path is combined with a file name or a symbolic directory path. */
export function checkNameConflict(metadata: FileMetadata, issues: Issues): void {
  const { fileName, symbolicDirectoryPath, symbolicFilePath } = metadata;
  if (symbolicFilePath === undefined || (fileName === undefined && symbolicDirectoryPath === undefined)) return;
  const message = 'Expected either a symbolic file path, or a file name and a symbolic directory path, got both';
  issues.add(['symbolicFilePath'], message);
}

/**
 * Converts metadata to the server's format, with names, paths and tags in the server's case. The metadata must satisfy the rules of
 * {@link createMetadataRules}.
 */
export function toServerMetadata(metadata: FileMetadata, limits: Limits): ServerMetadata {
  const { fileName, symbolicDirectoryPath, symbolicFilePath, fileTags, fileDescription, expireTime } = metadata;
  const parts = symbolicFilePath === undefined ? undefined : splitFilePath(symbolicFilePath);
  return {
    fileName: toServerCase(parts?.fileName ?? fileName, limits),
    directory: toServerCase(parts?.directory ?? symbolicDirectoryPath, limits),
    tags: fileTags?.map((tag) => toServerTagCase(tag, limits)),
    description: fileDescription,
    expireTime,
  };
}

/** Converts a name, a path, or the key or value of a tag to lower case if the server requires lower case. */
export function toServerCase<T extends string | undefined>(text: T, limits: Limits): T {
  return (limits.characters === 'ascii-lower-case' ? text?.toLowerCase() : text) as T;
}

export function toServerTagCase(tag: Readonly<Record<string, string>>, limits: Limits): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tag).map(([key, value]) => [toServerCase(key, limits), toServerCase(value, limits)]),
  );
}
