/** A file type, determined from the content. */
interface FileKind {
    /** The extension in lower case, without a dot. Empty if the content does not identify the type, as with text. */
    readonly extension: string;
    /** A description for use in error messages, such as `an image/png file`. */
    readonly name: string;
}
/** Detects a file's type from its first bytes, never from its name. */
export declare function sniffFile(path: string): Promise<FileKind>;
/** Returns the binary format indicated by the first bytes, or `undefined` if they may be text. */
export declare function findBinaryKind(bytes: Uint8Array): string | undefined;
/** Returns the most likely format of data already known to be binary. */
export declare function guessBinaryKind(bytes: Uint8Array): string;
export {};
