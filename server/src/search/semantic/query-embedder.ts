import type { Json } from 'millrace/shared/types/json.js';
import type { BlobStore } from '../../blobs/blob-store.js';
import { readNpyMatrix } from '../../formats/npy/read.js';
import type { ModuleLimits } from '../../module-contract/module.js';
import type { Runner } from '../../runner/runner.js';

/** The model and parameters used to embed a file's texts. */
export interface EmbedderSpec {
  readonly model: string;
  readonly params: Readonly<Record<string, Json>>;
}

/** Maximum number of query vectors to cache. Users often repeat a query with different arguments. */
const maxCachedVectors = 500;

/** Embeds queries with the `text-embedder` module, and caches the vectors. */
export class QueryEmbedder {
  readonly #runner: Runner;
  readonly #blobs: Pick<BlobStore, 'newScratchPath' | 'removeScratch'>;
  readonly #limits: ModuleLimits;
  /** Vectors by model, parameters and query. The most recently used vector is last. */
  readonly #cache = new Map<string, Float32Array>();

  constructor(runner: Runner, blobs: Pick<BlobStore, 'newScratchPath' | 'removeScratch'>, limits: ModuleLimits) {
    this.#runner = runner;
    this.#blobs = blobs;
    this.#limits = limits;
  }

  /**
   * Returns a query's vector, which is not normalized. The vector is cached, so the caller must not modify it.
   *
   * @throws `ModuleError` if the module reports an error, for example because the model cannot run on this server; `RunnerError` if the
   * module fails for another reason; the signal's reason if the signal is aborted.
   */
  async embed(query: string, { model, params }: EmbedderSpec, signal: AbortSignal): Promise<Float32Array> {
    const key = JSON.stringify([model, Object.entries(params).sort(), query]);
    const vector = this.#cache.get(key) ?? (await this.#runEmbedder(query, { model, params }, signal));
    this.#cache.delete(key);
    this.#cache.set(key, vector);
    for (const oldest of this.#cache.keys()) {
      if (this.#cache.size <= maxCachedVectors) break;
      this.#cache.delete(oldest);
    }
    return vector;
  }

  async #runEmbedder(query: string, { model, params }: EmbedderSpec, signal: AbortSignal): Promise<Float32Array> {
    const scratch = this.#blobs.newScratchPath();
    try {
      const result = await this.#runner.run(
        {
          module: 'text-embedder',
          model,
          params,
          input: {
            content: Buffer.from(JSON.stringify([{ snippet: query }])),
            format: 'json',
            textKey: 'snippet',
            fileName: 'query.json',
          },
          scratch,
          limits: this.#limits,
        },
        { signal },
      );
      return await readNpyMatrix(result.path, async ({ rows, readBlocks }) => {
        for await (const { values } of readBlocks()) if (rows === 1) return values.slice();
        throw new Error(`Expected one vector for the query, got ${rows}`);
      });
    } finally {
      await this.#blobs.removeScratch(scratch);
    }
  }
}

/**
 * Finds the `text-embedder` directly before a final `vector-db`. Semantic search embeds queries with this module's model.
 *
 * @returns The module's index in the chain, or `undefined` if the chain does not support semantic search.
 */
export function findEmbedderIndex(chain: readonly string[]): number | undefined {
  return chain.at(-1) === 'vector-db' && chain.at(-2) === 'text-embedder' ? chain.length - 2 : undefined;
}
