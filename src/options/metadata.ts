import { checkDescription } from '../shared/rules/description.js';
import { checkDirectoryPath } from '../shared/rules/directory-path.js';
import { checkExtension } from '../shared/rules/extension.js';
import { checkFileName } from '../shared/rules/file-name.js';
import { checkFilePath, splitFilePath } from '../shared/rules/file-path.js';
import { checkExpireTime } from '../shared/rules/numbers.js';
import { checkTags } from '../shared/rules/tags.js';
import type { FileMetadata } from '../shared/types/file-input.js';
import type { Limits } from '../shared/types/limits.js';
import type { Issues } from './issues.js';

export const metadataNames = [
  'fileName',
  'symbolicDirectoryPath',
  'symbolicFilePath',
  'fileTags',
  'fileDescription',
  'expireTime',
] as const;

/** What of a file's metadata was given, as it travels. */
export interface GivenMetadata {
  readonly fileName: string | undefined;
  readonly directory: string | undefined;
  readonly tags: readonly Readonly<Record<string, string>>[] | undefined;
  readonly description: string | undefined;
  readonly expireTime: number | undefined;
}

/** @param extensions Those that the file's name may have. */
export function checkMetadata(
  metadata: FileMetadata,
  limits: Limits,
  extensions: readonly string[] | undefined,
  issues: Issues,
): void {
  const { fileName, symbolicDirectoryPath, symbolicFilePath, fileTags, fileDescription, expireTime } = metadata;
  const given = (value: unknown, check: () => string | undefined): string | undefined =>
    value === undefined ? undefined : check();
  issues.add(
    ['fileName'],
    given(fileName, () => checkFileName(fileName, limits) ?? fits(fileName, extensions)),
  );
  issues.add(
    ['symbolicDirectoryPath'],
    given(symbolicDirectoryPath, () => checkDirectoryPath(symbolicDirectoryPath, limits)),
  );
  issues.add(
    ['symbolicFilePath'],
    given(symbolicFilePath, () => checkFilePath(symbolicFilePath, limits) ?? fits(symbolicFilePath, extensions)),
  );
  if (symbolicFilePath !== undefined && (fileName !== undefined || symbolicDirectoryPath !== undefined)) {
    const message = 'Expected either a symbolic file path, or a file name and a symbolic directory path, got both';
    issues.add(['symbolicFilePath'], message);
  }
  if (fileTags !== undefined) issues.addAll(['fileTags'], checkTags(fileTags, limits));
  issues.add(
    ['fileDescription'],
    given(fileDescription, () => checkDescription(fileDescription, limits)),
  );
  issues.add(
    ['expireTime'],
    given(expireTime, () => checkExpireTime(expireTime, limits)),
  );
}

/** Metadata that the rules have passed, in the server's letters. */
export function readMetadata(metadata: FileMetadata, limits: Limits): GivenMetadata {
  const { fileName, symbolicDirectoryPath, symbolicFilePath, fileTags, fileDescription, expireTime } = metadata;
  const parts = symbolicFilePath === undefined ? undefined : splitFilePath(symbolicFilePath);
  return {
    fileName: spell(parts?.fileName ?? fileName, limits),
    directory: spell(parts?.directory ?? symbolicDirectoryPath, limits),
    tags: fileTags?.map((tag) => spellTag(tag, limits)),
    description: fileDescription,
    expireTime,
  };
}

/** Names keep their case where the server does. */
export function spell<T extends string | undefined>(text: T, limits: Limits): T {
  return (limits.characters === 'ascii-lower-case' ? text?.toLowerCase() : text) as T;
}

export function spellTag(tag: Readonly<Record<string, string>>, limits: Limits): Record<string, string> {
  return Object.fromEntries(Object.entries(tag).map(([key, value]) => [spell(key, limits), spell(value, limits)]));
}

function fits(name: string | undefined, extensions: readonly string[] | undefined): string | undefined {
  return name === undefined || extensions === undefined ? undefined : checkExtension(name, extensions);
}
