/**
 * Reads a text file in any common encoding. Line endings are converted to LF, and the text is otherwise unchanged.
 *
 * @param findEncoding Returns the encoding declared in the file itself, as in HTML.
 * @throws `ModuleError` if the file is larger than `maxBytes`, or is not text.
 */
export declare function readText(path: string, { maxBytes, findEncoding }: {
    maxBytes: number;
    findEncoding?: (bytes: Uint8Array) => string | undefined;
}): Promise<string>;
