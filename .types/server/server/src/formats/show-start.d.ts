/**
 * Describes the start of a file that has the wrong format, for use in an error message.
 *
 * @param start The first `headerBytes` bytes of the file, or the whole file if it is smaller.
 * @param magicBytes The length of the expected format's magic number.
 */
export declare function showStart(start: Buffer, headerBytes: number, magicBytes: number): string;
