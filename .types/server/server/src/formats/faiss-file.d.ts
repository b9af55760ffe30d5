/** The header length in bytes, which is also the offset of the vectors. */
export declare const faissHeaderBytes = 45;
interface FaissHeader {
    readonly dimension: number;
    readonly count: number;
}
/**
 * Creates the header for a flat FAISS inner-product index, `IndexFlatIP`, in the format written by `faiss.write_index`
 * (https://github.com/facebookresearch/faiss/blob/main/faiss/impl/index_write.cpp). Little-endian float32 vectors follow the
 * header.
 */
export declare function faissHeader({ dimension, count }: FaissHeader): Buffer;
/**
 * Parses a header created by {@link faissHeader}.
 *
 * @param start The first {@link faissHeaderBytes} bytes of the file.
 * @param fileBytes The size of the whole file, in bytes.
 * @throws If the header has a different format, or does not match the file size.
 */
export declare function parseFaissHeader(start: Buffer, fileBytes: number): FaissHeader;
export {};
