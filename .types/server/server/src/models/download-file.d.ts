/** The source of a model's files. */
export interface Hub {
    /** The base URL that file paths are resolved against. */
    readonly base: string;
    readonly token?: string | undefined;
    /** Maximum time without data before a download fails, in milliseconds. */
    readonly idleMs: number;
}
interface FileOptions {
    readonly signal: AbortSignal;
    readonly force: boolean;
    /** If true, the file may be missing from the hub. */
    readonly isOptional: boolean;
    readonly onProgress?: (file: string, bytes: number, total: number | null) => void;
}
/** Thrown when a download fails. The message is a complete sentence containing the URL or its host. */
export declare class DownloadError extends Error {
    readonly name = "DownloadError";
}
/**
 * Downloads one file unless it already exists. The file gets its final name only once it is complete.
 *
 * @returns Whether the file exists now.
 * @throws `DownloadError`, or the signal's reason.
 */
export declare function downloadFile(hub: Hub, file: string, target: string, options: FileOptions): Promise<boolean>;
export {};
