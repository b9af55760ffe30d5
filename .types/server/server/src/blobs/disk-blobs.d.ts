import { type BlobStore } from './blob-store.js';
/**
 * Opens a store that keeps blobs as files in `<root>/blobs/ab/<key>`, and unfinished files in `<root>/tmp`.
 *
 * A file with its final name is complete and durable, because its content is synced before the rename and its directory
 * afterwards. Several processes can open the same root.
 *
 * @param reservedBytes The free space to keep back for the database. @default 256 MiB, or a tenth of a smaller disk
 * @throws if the directories cannot be created, or are on different file systems, because a rename cannot move a file between
 * them.
 */
export declare function openDiskBlobs(root: string, reservedBytes?: number): Promise<BlobStore>;
