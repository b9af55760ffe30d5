import { type ExpectedContent } from './content-check.js';
/**
 * Reads an output into memory and checks it against the announced size and checksum.
 *
 * @param onBytes Called with the size of each chunk.
 * @throws `ValidationError` if the output is too large; `IntegrityError`; any error thrown by `bytes` or `onBytes`.
 */
export declare function readOutput(fileId: string, { bytes, ...expected }: ExpectedContent & {
    readonly bytes: AsyncIterable<Buffer>;
}, onBytes: (bytes: number) => void): Promise<Buffer>;
/**
 * Decodes an output: JSON is parsed, text becomes a string, and anything else stays bytes.
 *
 * @param place Where the output is, for the error message.
 * @throws `ResponseShapeError` if it is not valid JSON.
 */
export declare function decodeOutput(content: Buffer, extension: string, place: string): unknown;
