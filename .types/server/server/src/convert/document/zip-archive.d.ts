/**
 * Reads the parts of a docx or pptx file (a ZIP archive, APPNOTE 6.3), decompressing each part on demand.
 *
 * The file is rejected if an entry's decompressed data does not match the declared size and checksum. The total size of all
 * reads cannot exceed the limit.
 */
export declare class ZipArchive {
    #private;
    /**
     * @param kind The file type for use in error messages, such as `DOCX`.
     * @throws `ModuleError` if the archive is corrupt or incomplete.
     */
    constructor(bytes: Buffer, kind: string, maxBytes: number);
    get names(): readonly string[];
    /**
     * Returns a part, or `undefined` if it is not in the archive.
     *
     * @throws `ModuleError` if the part is corrupt or would exceed the limit.
     */
    read(name: string): Buffer | undefined;
}
