/** Explains an error of the file system in the data directory, with what to do about it. Returns any other error unchanged. */
export declare function explainDataDirError(error: unknown, dataDir: string): unknown;
