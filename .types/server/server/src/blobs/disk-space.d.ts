import { type FileHandle } from 'node:fs/promises';
/** Keeps a part of the disk back for the database, which stops if it cannot write. */
export declare class DiskSpace {
    #private;
    /** @param reservedBytes The free space to keep. @default 256 MiB, or a tenth of a smaller disk */
    constructor(path: string, reservedBytes?: number);
    /** Returns whether this many bytes can be stored without touching the reserve. */
    hasRoomFor(bytes: number): Promise<boolean>;
    /** @throws `DiskFullError` */
    requireRoomFor(bytes: number): Promise<void>;
    /** Returns a writer that fails as soon as the file would grow into the reserve. */
    limit(file: Pick<FileHandle, 'writeFile'>): Pick<FileHandle, 'writeFile'>;
}
