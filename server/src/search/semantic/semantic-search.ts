import { forEachConcurrently } from 'millrace/shared/runtime/for-each-concurrently.js';
import type { BlobStore } from '../../blobs/blob-store.js';
import type { Logger } from '../../system/logger.js';
import { ModuleError } from '../../module-contract/module.js';
import { pythonRound } from '../../formats/python-json.js';
import { normalise } from '../../modules/vector-db/normalise.js';
import { RunnerError } from '../../runner/runner-error.js';
import type { Queryable } from '../../store/db/db.js';
import { compareNeighbours, type Neighbour } from './nearest.js';
import { findSnippetBlobs } from './find-snippet-blobs.js';
import type { Embedder, QueryEmbedder } from './query-embedder.js';
import { readSnippets } from './read-snippets.js';
import { batchesOf, type SearchedIndex } from './scan-batches.js';
import type { ScanThreads } from './scan-threads.js';
import type { Scanned } from './scan-vectors.js';

/** A file that is searched by meaning. */
export interface SearchedFile {
  readonly id: string;
  /** Its FAISS index. */
  readonly indexBlob: string;
  /** How many vectors it has. */
  readonly count: number;
  readonly embedder: Embedder;
}

export interface SemanticHit {
  readonly snippet: string;
  readonly line_numbers: readonly number[];
  /** (1 − cosine) / 2, with three decimals: 0 is the same, 1 the opposite. */
  readonly distance: number;
}

export interface SemanticResult {
  /** By file: the nearest first. */
  readonly hits: ReadonlyMap<string, readonly SemanticHit[]>;
  /** Why files could not be searched, with their ids. */
  readonly problems: ReadonlyMap<string, readonly string[]>;
}

/** A search that cannot be answered: the message is for the user. */
export class SearchError extends Error {
  override readonly name = 'SearchError';
}

export interface SemanticSearchTools {
  readonly db: Queryable;
  readonly blobs: Pick<BlobStore, 'pathOf'>;
  readonly embedder: Pick<QueryEmbedder, 'embed'>;
  readonly threads: ScanThreads;
  readonly logger: Logger;
}

/** Bytes of text that one answer may have: it is put together in memory. */
const mostTextBytes = 2 ** 26;
/** Files whose snippets are read at the same time. */
const readingLanes = 8;

/**
 * Finds the snippets of each file that are nearest to a query. The query is embedded as the file was; a text that a file has several
 * times is found once, where it stands first.
 *
 * Memory is bounded by `k` and the number of files, not by their sizes.
 *
 * @param k Hits of each file; those for a smaller `k` are the first of those for a larger one.
 * @param signal Stops it: whoever asked is gone.
 * @throws `SearchError`; the signal's reason when aborted.
 */
export async function searchSemantically(
  tools: SemanticSearchTools,
  files: readonly SearchedFile[],
  { query, k, signal }: { query: string; k: number; signal: AbortSignal },
): Promise<SemanticResult> {
  const problems = new Map<string, string[]>();
  const note = (reason: string, ids: readonly string[]): void => {
    problems.set(reason, [...(problems.get(reason) ?? []), ...ids]);
  };
  const blobs = await findSnippetBlobs(tools.db, files.map(({ id }) => id)); // prettier-ignore
  const searchable = files.filter(({ id }) => blobs.has(id));
  const others = files.filter(({ id }) => !blobs.has(id));
  if (others.length > 0) note('the texts of their vectors were not kept', others.map(({ id }) => id)); // prettier-ignore

  const neighbours = new Map<string, Neighbour[]>();
  const failures: string[] = [];
  const groups = byEmbedder(searchable);
  for (const group of groups) {
    const ids = group.files.map(({ id }) => id);
    const vector = await embed(tools, query, group.embedder, signal);
    if (typeof vector === 'string') {
      failures.push(vector);
      note(vector, ids);
      continue;
    }
    const indexes = group.files.map(({ id, indexBlob, count }) => ({
      id,
      count,
      indexPath: tools.blobs.pathOf(indexBlob),
      snippetsPath: tools.blobs.pathOf(blobs.get(id) ?? ''),
    }));
    const found = await scan(tools, indexes, { vector, k, signal, note });
    for (const [id, nearest] of found) neighbours.set(id, nearest);
  }
  const [failure] = failures;
  // nothing to show beside the warning: an error is harder to overlook
  if (failure !== undefined && failures.length === groups.length) throw new SearchError(failure);
  return { hits: await readHits(tools, files, neighbours, { blobs, signal }), problems };
}

function byEmbedder(files: readonly SearchedFile[]): { embedder: Embedder; files: SearchedFile[] }[] {
  const groups = new Map<string, { embedder: Embedder; files: SearchedFile[] }>();
  for (const file of files) {
    const key = JSON.stringify([file.embedder.model, Object.entries(file.embedder.params).sort()]);
    const group = groups.get(key);
    if (group) group.files.push(file);
    else groups.set(key, { embedder: file.embedder, files: [file] });
  }
  return [...groups.values()];
}

/** The query's direction, or why there is none, for the user. */
async function embed(
  { embedder, logger }: SemanticSearchTools,
  query: string,
  options: Embedder,
  signal: AbortSignal,
): Promise<Float32Array | string> {
  try {
    const vector = (await embedder.embed(query, options, signal)).slice();
    if (normalise(vector) === undefined) return vector;
    return `the model "${options.model}" gives the query no direction; say it in other words`;
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof ModuleError) return error.message;
    logger.warn('a query could not be embedded', { model: options.model, error: String(error) });
    if (error instanceof RunnerError && error.code !== 'failed') return `the query was not embedded: ${error.message}`;
    return `the model "${options.model}" failed unexpectedly on the query; the server's log has more`;
  }
}

interface ScanOptions {
  readonly vector: Float32Array;
  readonly k: number;
  readonly signal: AbortSignal;
  readonly note: (reason: string, ids: readonly string[]) => void;
}

async function scan(
  { threads, logger }: SemanticSearchTools,
  indexes: readonly (SearchedIndex & { readonly id: string })[],
  { vector, k, signal, note }: ScanOptions,
): Promise<Map<string, Neighbour[]>> {
  const found = new Map<string, Neighbour[]>();
  const failed = new Set<string>();
  const take = (id: string, scanned: Scanned): void => {
    if (scanned.kind === 'neighbours') {
      const nearest = [...(found.get(id) ?? []), ...scanned.neighbours].sort(compareNeighbours).slice(0, k);
      if (nearest.length > 0) found.set(id, nearest);
    } else if (!failed.has(id)) {
      failed.add(id);
      // a file that was deleted meanwhile has no results, and that is said of it
      if (scanned.kind !== 'gone') note(explain(scanned, vector.length), [id]);
      if (scanned.kind === 'unreadable') logger.error('an index cannot be read', { file: id, error: scanned.reason });
    }
  };
  // no more at a time than there are threads: other searches get their turn between the batches of a large one
  const batches = batchesOf(indexes, vector.length);
  await forEachConcurrently(
    batches,
    threads.size,
    async (batch) => {
      const response = await threads.scan({ stretches: batch.map(({ stretch }) => stretch), query: vector, limit: k });
      for (const [i, { index }] of batch.entries()) {
        const scanned = response[i];
        if (scanned) take(index.id, scanned);
      }
    },
    signal,
  );
  for (const id of failed) found.delete(id);
  return found;
}

function explain(scanned: Exclude<Scanned, { kind: 'neighbours' | 'gone' }>, length: number): string {
  return scanned.kind === 'other dimension'
    ? `their model gives vectors of ${length} numbers now, and gave ${scanned.dimension}; process them again`
    : 'their index cannot be read; process them again';
}

async function readHits(
  { blobs }: SemanticSearchTools,
  files: readonly SearchedFile[],
  neighbours: ReadonlyMap<string, readonly Neighbour[]>,
  { blobs: snippetBlobs, signal }: { blobs: ReadonlyMap<string, string>; signal: AbortSignal },
): Promise<Map<string, SemanticHit[]>> {
  let left = mostTextBytes;
  const take = (bytes: number): void => {
    left -= bytes;
    if (left >= 0) return;
    throw new SearchError(
      `BAD REQUEST: Expected the hits to have at most ${mostTextBytes} bytes of text, got more. Ask for a smaller k, or for fewer files.`,
    );
  };
  const hits = new Map<string, SemanticHit[]>();
  await forEachConcurrently(
    files,
    readingLanes,
    async ({ id }) => {
      const nearest = neighbours.get(id);
      if (!nearest) return;
      const path = blobs.pathOf(snippetBlobs.get(id) ?? '');
      const snippets = await readSnippets(path, nearest.map(({ row }) => row), take).catch(ignoreMissing); // prettier-ignore
      if (!snippets) return;
      hits.set(
        id,
        snippets.map(({ text, lineNumbers }, i) => ({
          snippet: text,
          line_numbers: lineNumbers,
          distance: distanceOf(nearest[i]?.cosine ?? 0),
        })),
      );
    },
    signal,
  );
  return hits;
}

/** Half of 1 − cosine, as the hosted service shows it; rounding errors of a hundred-millionth go nowhere. */
function distanceOf(cosine: number): number {
  return pythonRound((1 - Math.min(1, Math.max(-1, cosine))) / 2, 3);
}

/** The file was deleted meanwhile. */
function ignoreMissing(error: unknown): undefined {
  if ((error as { code?: unknown }).code !== 'ENOENT') throw error;
}
