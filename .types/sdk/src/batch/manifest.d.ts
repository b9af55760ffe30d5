/** The state of one file. Each line of the manifest contains some of these fields; later lines take precedence. */
export interface ManifestEntry {
    key: string;
    state: 'uploading' | 'running' | 'succeeded' | 'failed';
    /** Size in bytes. If `size` or `mtimeMs` (the modification time) differs, the file has changed. */
    size?: number | undefined;
    mtimeMs?: number | undefined;
    idempotencyKey?: string | undefined;
    requestId?: string | undefined;
    fileId?: string | undefined;
    outputFiles?: string[] | undefined;
    message?: string | undefined;
}
interface ManifestHeader {
    pipeline: string;
    chain: readonly string[];
    /** The options that affect the outputs. */
    options: unknown;
}
/**
 * The append-only journal of a batch. Each change is one line, one write and one sync, so a crash can only truncate the last
 * line, which is then ignored. Only one process can use it at a time.
 */
export declare class Manifest {
    #private;
    private constructor();
    /**
     * @param signal Aborted when the manifest is about to be closed.
     * @throws `ValidationError` if another process is using the manifest, or the manifest is for a different pipeline, chain or
     * options.
     */
    static open(manifestPath: string, header: ManifestHeader, signal?: AbortSignal): Promise<Manifest>;
    get(key: string): ManifestEntry | undefined;
    /** Appends fields for a file. Resolves once they are on disk. */
    record(entry: ManifestEntry): Promise<void>;
    close(): Promise<void>;
}
export {};
