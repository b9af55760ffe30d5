import { forEachConcurrently } from 'millrace/shared/runtime/for-each-concurrently.js';
import type { BlobStore } from '../../blobs/blob-store.js';
import type { Logger } from '../../system/logger.js';
import { ModuleError } from '../../module-contract/module.js';
import { roundLikePython } from '../../formats/python-json.js';
import { normalizeVector } from '../../modules/vector-db/normalize.js';
import { RunnerError } from '../../runner/runner-error.js';
import type { Queryable } from '../../store/db/db.js';
import { compareNeighbors, type Neighbor } from './nearest.js';
import type { EmbedderSpec, QueryEmbedder } from './query-embedder.js';
import { findSnippetBlobs, readSnippets } from './read-snippets.js';
import { splitIntoBatches, type SearchedIndex } from './scan-batches.js';
import type { ScanThreadPool } from './scan-thread-pool.js';
import type { ScanResult } from './scan-vectors.js';

export interface SearchedFile {
  readonly id: string;
  /** The blob key of the file's FAISS index. */
  readonly indexBlob: string;
  /** The number of vectors. */
  readonly count: number;
  readonly embedder: EmbedderSpec;
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
  readonly unsearchedFileIdsByReason: ReadonlyMap<string, readonly string[]>;
}

/** Thrown if none of the files' models can embed the query, or if the hits contain too much text. The message is for the user. */
export class SearchError extends Error {
  override readonly name = 'SearchError';
}

export interface SemanticSearchTools {
  readonly db: Queryable;
  readonly blobs: Pick<BlobStore, 'getPath'>;
  readonly embedder: Pick<QueryEmbedder, 'embed'>;
  readonly threads: ScanThreadPool;
  readonly logger: Logger;
}

/** Maximum total size of the snippets in a response, in bytes. Limited because the response is built in memory. */
const maxTotalSnippetBytes = 2 ** 26;
/** Maximum number of files whose snippets are read concurrently. */
const maxConcurrentReads = 8;

/**
 * Finds the snippets nearest to a query in each file. Embeds the query with the same model and parameters as the file's texts. If a text
 * occurs several times in a file, returns only its first occurrence.
 *
 * Memory use depends mainly on `k` and the number of files, because indexes are read in blocks.
 *
 * @param k The maximum number of hits per file.
 * @param signal Aborts the search, for example when the client disconnects.
 * @throws `SearchError` if none of the files' models can embed the query, or if the hits contain too much text; the signal's reason if the
 * search is aborted.
 */
export async function searchSemantically(
  tools: SemanticSearchTools,
  files: readonly SearchedFile[],
  { query, k, signal }: { query: string; k: number; signal: AbortSignal },
): Promise<SemanticResult> {
  const unsearchedFileIdsByReason = new Map<string, string[]>();
  const addUnsearched = (reason: string, ids: readonly string[]): void => {
    unsearchedFileIdsByReason.set(reason, [...(unsearchedFileIdsByReason.get(reason) ?? []), ...ids]);
  };
  const snippetBlobs = await findSnippetBlobs(tools.db, files.map(({ id }) => id)); // oxfmt-ignore
  const searchable = files.filter(({ id }) => snippetBlobs.has(id));
  const withoutSnippets = files.filter(({ id }) => !snippetBlobs.has(id));
  if (withoutSnippets.length > 0) addUnsearched('the server did not keep their texts', withoutSnippets.map(({ id }) => id)); // oxfmt-ignore

  const neighbors = new Map<string, Neighbor[]>();
  const failures: string[] = [];
  const groups = groupByEmbedder(searchable);
  for (const group of groups) {
    const ids = group.files.map(({ id }) => id);
    const vector = await embedQuery(tools, query, group.embedder, signal);
    if (typeof vector === 'string') {
      failures.push(vector);
      addUnsearched(vector, ids);
      continue;
    }
    const indexes = group.files.map(({ id, indexBlob, count }) => ({
      id,
      count,
      indexPath: tools.blobs.getPath(indexBlob),
      snippetsPath: tools.blobs.getPath(snippetBlobs.get(id) ?? ''),
    }));
    const found = await scan(tools, indexes, { vector, k, signal, addUnsearched });
    for (const [id, nearest] of found) neighbors.set(id, nearest);
  }
  const [failure] = failures;
  // if no model could embed the query, throw instead of returning only warnings
  if (failure !== undefined && failures.length === groups.length) throw new SearchError(failure);
  return { hits: await readHits(tools, files, neighbors, { snippetBlobs, signal }), unsearchedFileIdsByReason };
}

function groupByEmbedder(files: readonly SearchedFile[]): { embedder: EmbedderSpec; files: SearchedFile[] }[] {
  const groups = new Map<string, { embedder: EmbedderSpec; files: SearchedFile[] }>();
  for (const file of files) {
    const key = JSON.stringify([file.embedder.model, Object.entries(file.embedder.params).sort()]);
    const group = groups.get(key);
    if (group) group.files.push(file);
    else groups.set(key, { embedder: file.embedder, files: [file] });
  }
  return [...groups.values()];
}

/** Returns the query's normalized vector, or a user-facing message if the query could not be embedded. */
async function embedQuery(
  { embedder, logger }: SemanticSearchTools,
  query: string,
  fileEmbedder: EmbedderSpec,
  signal: AbortSignal,
): Promise<Float32Array | string> {
  try {
    const vector = (await embedder.embed(query, fileEmbedder, signal)).slice();
    if (normalizeVector(vector) === undefined) return vector;
    return `the model "${fileEmbedder.model}" returned no usable vector for the query; rephrase the query`;
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof ModuleError) return error.message;
    logger.warn('failed to embed a query', { model: fileEmbedder.model, error: String(error) });
    if (error instanceof RunnerError && error.code !== 'failed')
      return `the query could not be embedded: ${error.message}`;
    return `the model "${fileEmbedder.model}" failed unexpectedly on the query; see the server log for details`;
  }
}

interface ScanOptions {
  readonly vector: Float32Array;
  readonly k: number;
  readonly signal: AbortSignal;
  readonly addUnsearched: (reason: string, ids: readonly string[]) => void;
}

async function scan(
  { threads, logger }: SemanticSearchTools,
  indexes: readonly (SearchedIndex & { readonly id: string })[],
  { vector, k, signal, addUnsearched }: ScanOptions,
): Promise<Map<string, Neighbor[]>> {
  const found = new Map<string, Neighbor[]>();
  const failedIds = new Set<string>();
  const addResult = (id: string, result: ScanResult): void => {
    if (result.kind === 'neighbors') {
      const nearest = [...(found.get(id) ?? []), ...result.neighbors].sort(compareNeighbors).slice(0, k);
      if (nearest.length > 0) found.set(id, nearest);
    } else if (!failedIds.has(id)) {
      failedIds.add(id);
      // a file that was deleted after the search started is omitted without a warning
      if (result.kind !== 'gone') addUnsearched(explainFailure(result, vector.length), [id]);
      if (result.kind === 'unreadable') logger.error('failed to read an index', { file: id, error: result.reason });
    }
  };
  // submit at most one batch per thread at a time, so that other searches can run between the batches of a large search
  const batches = splitIntoBatches(indexes, vector.length);
  await forEachConcurrently(
    batches,
    threads.size,
    async (batch) => {
      const results = await threads.scan({ ranges: batch.map(({ range }) => range), query: vector, limit: k });
      for (const [i, { index }] of batch.entries()) {
        const result = results[i];
        if (result) addResult(index.id, result);
      }
    },
    signal,
  );
  for (const id of failedIds) found.delete(id);
  return found;
}

function explainFailure(failure: Exclude<ScanResult, { kind: 'neighbors' | 'gone' }>, queryDimension: number): string {
  return failure.kind === 'other dimension'
    ? `their model now returns vectors of length ${queryDimension}, previously ${failure.dimension}; process them again`
    : 'their index cannot be read; process them again';
}

async function readHits(
  { blobs }: SemanticSearchTools,
  files: readonly SearchedFile[],
  neighbors: ReadonlyMap<string, readonly Neighbor[]>,
  { snippetBlobs, signal }: { snippetBlobs: ReadonlyMap<string, string>; signal: AbortSignal },
): Promise<Map<string, SemanticHit[]>> {
  let remainingBytes = maxTotalSnippetBytes;
  const reserve = (bytes: number): void => {
    remainingBytes -= bytes;
    if (remainingBytes >= 0) return;
    throw new SearchError(
      `BAD REQUEST: Expected the hits to have at most ${maxTotalSnippetBytes} bytes of text, got more. Request a smaller k or fewer files.`,
    );
  };
  const hits = new Map<string, SemanticHit[]>();
  await forEachConcurrently(
    files,
    maxConcurrentReads,
    async ({ id }) => {
      const nearest = neighbors.get(id);
      if (!nearest) return;
      const path = blobs.getPath(snippetBlobs.get(id) ?? '');
      const snippets = await readSnippets(path, nearest.map(({ row }) => row), reserve).catch(ignoreMissing); // oxfmt-ignore
      if (!snippets) return;
      hits.set(
        id,
        snippets.map(({ text, lineNumbers }, i) => ({
          snippet: text,
          line_numbers: lineNumbers,
          distance: toDistance(nearest[i]?.cosine ?? 0),
        })),
      );
    },
    signal,
  );
  return hits;
}

/**
 * Converts a cosine to a {@link SemanticHit.distance}. Rounds like Python, as the hosted service does. Clamps the cosine, because rounding
 * errors can move it outside [-1, 1].
 */
function toDistance(cosine: number): number {
  return roundLikePython((1 - Math.min(1, Math.max(-1, cosine))) / 2, 3);
}

/** Ignores the error if the file has been deleted, and rethrows any other error. */
function ignoreMissing(error: unknown): undefined {
  if ((error as { code?: unknown }).code !== 'ENOENT') throw error;
}
