/**
 * Deletes entries that crashed processes left in the temporary directory. These are the entries that have not changed since
 * `before` and whose names do not begin with `ownPrefix`.
 *
 * @param options `before` is a Unix timestamp, in milliseconds. If `isAlone` is true, no other process is running, so only
 *   resumable uploads have to be that old.
 * @returns The number of files and directories deleted.
 */
export declare function sweepTemporary(directory: string, { before, ownPrefix, isAlone }: {
    before: number;
    ownPrefix: string;
    isAlone: boolean;
}): Promise<number>;
/**
 * Deletes unreferenced blobs. Blobs that changed after `before` are kept, because the transaction that references them
 * may not have committed yet. Files that are not blobs are also kept.
 *
 * @returns The number of blobs deleted.
 */
export declare function sweepBlobs(directory: string, before: number, isKnown: (keys: string[]) => Promise<Set<string>>): Promise<number>;
