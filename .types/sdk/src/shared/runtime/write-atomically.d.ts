interface WriteAtomicallyOptions {
    /** The file's permissions. @default 0o666, reduced by the umask */
    readonly mode?: number;
    /** Syncs the content and the name to disk, so that both survive a power failure. @default false */
    readonly durable?: boolean;
}
/**
 * Writes a file under a temporary name, then renames it, so that readers see either the whole new file or the old one.
 *
 * @throws A file system error, after the temporary file has been removed.
 */
export declare function writeAtomically(path: string, content: string | Uint8Array, { mode, durable }?: WriteAtomicallyOptions): Promise<void>;
/**
 * Syncs a directory so that its file names survive a power failure, because syncing a file saves its content but not its
 * name. Windows cannot open directories, but journals directory changes itself.
 */
export declare function syncDirectory(path: string): Promise<void>;
export {};
