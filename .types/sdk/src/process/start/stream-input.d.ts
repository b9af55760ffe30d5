import { Readable } from 'node:stream';
import { ValidationError } from '../../errors/validation-error.js';
import type { ByteStream, ResponseInput } from '../../shared/types/file-input.js';
/** Recognises streams by their methods, because the streams of Node, browsers and polyfills have no class in common. */
export declare function isByteStream(value: unknown): value is ByteStream;
/** Recognises the response of any `fetch`. */
export declare function isResponse(value: unknown): value is ResponseInput;
export declare function isBytes(value: unknown): value is ArrayBuffer | ArrayBufferView;
export declare function toBuffer(bytes: ArrayBuffer | ArrayBufferView): Buffer;
/** Whether a stream has been read, as far as it tells. */
export declare function isRead(stream: ByteStream): boolean;
/** Opens a stream for reading. Destroying it also closes the original, without waiting for the original's next chunk. */
export declare function openStream(stream: ByteStream, label: string): Readable;
/** Splits bytes into small chunks, for smooth progress events and low memory use. */
export declare function splitIntoChunks(pieces: Iterable<unknown> | AsyncIterable<unknown>): AsyncGenerator<Buffer>;
export declare function invalidFile(message: string): ValidationError;
