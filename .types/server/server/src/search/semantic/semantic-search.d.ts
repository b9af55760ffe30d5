import type { BlobStore } from '../../blobs/blob-store.js';
import type { Logger } from '../../system/logger.js';
import type { Queryable } from '../../store/db/db.js';
import type { Embedder, QueryEmbedder } from './query-embedder.js';
import type { ScanThreads } from './scan-threads.js';
export interface SearchedFile {
    readonly id: string;
    /** The blob key of the file's FAISS index. */
    readonly indexBlob: string;
    /** The number of vectors. */
    readonly count: number;
    readonly embedder: Embedder;
}
interface SemanticHit {
    readonly snippet: string;
    readonly line_numbers: readonly number[];
    /** (1 − cosine) / 2, rounded to three decimal places. 0 means the same direction, 1 the opposite direction. */
    readonly distance: number;
}
interface SemanticResult {
    /** Hits by file id, nearest first. */
    readonly hits: ReadonlyMap<string, readonly SemanticHit[]>;
    /** The ids of files that could not be searched, by reason. */
    readonly problems: ReadonlyMap<string, readonly string[]>;
}
/** Thrown when a search fails. The message is intended for the user. */
export declare class SearchError extends Error {
    readonly name = "SearchError";
}
export interface SemanticSearchTools {
    readonly db: Queryable;
    readonly blobs: Pick<BlobStore, 'pathOf'>;
    readonly embedder: Pick<QueryEmbedder, 'embed'>;
    readonly threads: ScanThreads;
    readonly logger: Logger;
}
/**
 * Finds the snippets nearest to a query in each file. The query is embedded with the file's model. If a text occurs several
 * times in a file, only its first occurrence is returned.
 *
 * Memory use depends on `k` and the number of files, not on the file sizes.
 *
 * @param k The maximum number of hits per file.
 * @param signal Aborts the search, for example when the client disconnects.
 * @throws `SearchError` if the search fails; the signal's reason if it is aborted.
 */
export declare function searchSemantically(tools: SemanticSearchTools, files: readonly SearchedFile[], { query, k, signal }: {
    query: string;
    k: number;
    signal: AbortSignal;
}): Promise<SemanticResult>;
export {};
