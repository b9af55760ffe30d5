import { type Tag } from '../../store/tables/match-keys.js';
import type { FileRow } from '../../store/tables/files.js';
import type { EngineContext } from '../engine-context.js';
interface FileUpdate {
    readonly fileName: string | undefined;
    readonly directory: string | undefined;
    /** The new tags, which replace all existing ones. */
    readonly tags: readonly Tag[] | undefined;
    readonly description: string | undefined;
    /** How long to keep the file from now, in seconds. */
    readonly expireSeconds: number | undefined;
}
/**
 * Updates a finished file's metadata.
 *
 * @throws `EngineError` `not_found` if the file no longer exists; `already_exists` if another file in the pipeline has the new
 *   path.
 */
export declare function updateFile(context: EngineContext, accountId: string, file: FileRow, update: FileUpdate): Promise<void>;
export {};
