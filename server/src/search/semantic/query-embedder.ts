import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from 'millrace/shared/types/json.js';
import type { BlobStore } from '../../blobs/blob-store.js';
import { readNpyMatrix } from '../../formats/npy/read.js';
import type { ModuleLimits } from '../../module-contract/module.js';
import type { Runner } from '../../runner/runner.js';

/** What a file's texts were embedded with. */
export interface Embedder {
  readonly model: string;
  readonly params: Readonly<Record<string, Json>>;
}

/** Queries whose vectors are kept: people look at a second page, and change other arguments. */
const keptQueries = 500;

/** Turns queries into vectors, by the module that made those of the files. */
export class QueryEmbedder {
  readonly #runner: Runner;
  readonly #blobs: Pick<BlobStore, 'makeScratch'>;
  readonly #limits: ModuleLimits;
  /** The last used ones at the end. */
  readonly #kept = new Map<string, Float32Array>();

  constructor(runner: Runner, blobs: Pick<BlobStore, 'makeScratch'>, limits: ModuleLimits) {
    this.#runner = runner;
    this.#blobs = blobs;
    this.#limits = limits;
  }

  /**
   * @returns The vector as the model gives it, not normalised.
   * @throws `ModuleError` when the model cannot run here; `RunnerError` when it was stopped or died.
   */
  async embed(query: string, { model, params }: Embedder, signal: AbortSignal): Promise<Float32Array> {
    const key = JSON.stringify([model, Object.entries(params).sort(), query]);
    const vector = this.#kept.get(key) ?? (await this.#run(query, { model, params }, signal));
    this.#kept.delete(key);
    this.#kept.set(key, vector);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= keptQueries) break;
      this.#kept.delete(oldest);
    }
    return vector;
  }

  async #run(query: string, { model, params }: Embedder, signal: AbortSignal): Promise<Float32Array> {
    const scratch = await this.#blobs.makeScratch();
    try {
      const path = join(scratch, 'query.json');
      await writeFile(path, JSON.stringify([{ snippet: query }]));
      const result = await this.#runner.run(
        {
          module: 'text-embedder',
          model,
          params,
          input: { path, format: 'json', textKey: 'snippet', fileName: 'query.json' },
          scratch,
          limits: this.#limits,
        },
        { signal },
      );
      return await readNpyMatrix(result.path, async ({ rows, blocks }) => {
        for await (const { values } of blocks()) if (rows === 1) return values.slice();
        throw new Error(`Expected the query to give one vector, got ${rows}`);
      });
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
}
