type Decoded = {
    readonly text: string;
} | {
    readonly binary: string;
};
/**
 * Decodes a text file in any common encoding, or returns the file format if the file is binary.
 *
 * A byte order mark takes precedence. If there is no byte order mark, NUL bytes at only even or only odd offsets indicate UTF-16,
 * and valid UTF-8 is decoded as UTF-8. Otherwise, `chardet` guesses the legacy encoding. A UTF-8 byte order mark is kept as
 * U+FEFF, as in the hosted service's outputs.
 *
 * @param declared The encoding declared in the file itself. It is used instead of a guess.
 */
export declare function decodeText(bytes: Uint8Array, declared?: string): Promise<Decoded>;
export {};
