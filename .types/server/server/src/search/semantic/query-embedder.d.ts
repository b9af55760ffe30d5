import type { Json } from 'millrace/shared/types/json.js';
import type { BlobStore } from '../../blobs/blob-store.js';
import type { ModuleLimits } from '../../module-contract/module.js';
import type { Runner } from '../../runner/runner.js';
/** The model and parameters used to embed a file's texts. */
export interface Embedder {
    readonly model: string;
    readonly params: Readonly<Record<string, Json>>;
}
/** Embeds queries with the module that embedded the files' texts, and caches the vectors. */
export declare class QueryEmbedder {
    #private;
    constructor(runner: Runner, blobs: Pick<BlobStore, 'makeScratch'>, limits: ModuleLimits);
    /**
     * @returns The query's vector, which is not normalised.
     * @throws `ModuleError` if the model cannot run on this server; `RunnerError` if it was stopped or crashed.
     */
    embed(query: string, { model, params }: Embedder, signal: AbortSignal): Promise<Float32Array>;
}
/**
 * Finds the `text-embedder` before a final `vector-db`. A search compares the query with its vectors.
 *
 * @returns The module's index in the chain, or `undefined` if the chain does not support semantic search.
 */
export declare function embedderIndex(chain: readonly string[]): number | undefined;
