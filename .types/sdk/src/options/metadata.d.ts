import type { FileMetadata } from '../shared/types/file-input.js';
import type { Limits } from '../shared/types/limits.js';
import type { Issues } from './issues.js';
import type { OptionTable } from './option-table.js';
/** The caller's metadata, in the server's format. */
interface ServerMetadata {
    readonly fileName: string | undefined;
    readonly directory: string | undefined;
    readonly tags: readonly Readonly<Record<string, string>>[] | undefined;
    readonly description: string | undefined;
    readonly expireTime: number | undefined;
}
export declare const metadataNames: readonly ['fileName', 'symbolicDirectoryPath', 'symbolicFilePath', 'fileTags', 'fileDescription', 'expireTime'];
/** @param extensions The extensions that the file's name can have, if known. */
export declare function metadataTable(limits: Limits, extensions: readonly string[] | undefined): OptionTable<keyof FileMetadata>;
/** Adds an issue if both a file path and a file name or directory path are given. */
export declare function checkNameConflict(metadata: FileMetadata, issues: Issues): void;
/**
 * Converts metadata to the server's format, with names in the server's case. The metadata must have passed
 * {@link metadataTable}.
 */
export declare function readMetadata(metadata: FileMetadata, limits: Limits): ServerMetadata;
/** Converts a name to lower case if the server does. */
export declare function normaliseCase<T extends string | undefined>(text: T, limits: Limits): T;
export declare function normaliseTagCase(tag: Readonly<Record<string, string>>, limits: Limits): Record<string, string>;
export {};
