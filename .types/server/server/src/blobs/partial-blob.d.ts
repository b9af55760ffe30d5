import { type PartialBlob } from './blob-store.js';
import type { DiskSpace } from './disk-space.js';
/** Opens the partial upload stored in the file at `path`. */
export declare function partialBlob(path: string, space: DiskSpace): PartialBlob;
