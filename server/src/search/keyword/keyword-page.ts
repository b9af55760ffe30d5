import type { Occurrence } from '../../formats/postings.js';
import type { Queryable } from '../../store/db/db.js';
import type { Access } from '../../store/tables/access.js';
import type { FileRow } from '../../store/tables/files/files.js';
import { selectFilePage, type FileSelectors } from '../../store/tables/files/select-files.js';
import { findFileIdsWithRareWords, findOccurrences, getLookupKeys, measureOccurrences } from './find-occurrences.js';
import type { KeywordQuery } from './keyword-query.js';

/** Maximum number of files to select at a time. */
const filesPerChunk = 200;
/** Maximum number of files to search for a page. Bounds the duration of the search if few files have hits. */
const maxFilesPerPage = 2000;
/** Maximum size of the packed occurrences to load at a time, in bytes. Does not limit the occurrences of a single file. */
const maxBatchBytes = 2 ** 18;

/** The position at which a page starts: in or directly after the last file that was searched for the previous page. */
export interface KeywordPosition {
  /** The creation time of the file, in PostgreSQL's text format. */
  readonly createdAt: string;
  /** The id of the file. */
  readonly id: string;
  /** Number of the file's hits on previous pages. Undefined if the page starts after the file. */
  readonly hits?: number | undefined;
}

interface KeywordRequest {
  readonly pipeline: string;
  readonly selectors: Omit<FileSelectors, 'max_files'>;
  readonly query: KeywordQuery;
  /** Maximum number of hits. */
  readonly limit: number;
  readonly after: KeywordPosition | undefined;
}

interface KeywordPage {
  readonly items: readonly { readonly file: FileRow; readonly hits: readonly Occurrence[] }[];
  /** Undefined on the last page. */
  readonly next: KeywordPosition | undefined;
}

/**
 * Finds a page of a query's occurrences, newest files first. The number of files searched for a page is limited, so a page can have fewer
 * hits than `limit`, or no hits, even if later pages have hits.
 */
export async function findKeywordPage(
  db: Queryable,
  access: Access,
  { pipeline, selectors, query, limit, after }: KeywordRequest,
  now: Date,
): Promise<KeywordPage> {
  const items: { file: FileRow; hits: Occurrence[] }[] = [];
  const lookupKeys = getLookupKeys(query);
  if (lookupKeys.length === 0) return { items, next: undefined };
  const candidateIds = await findFileIdsWithRareWords(db, lookupKeys);
  const chunkSelectors = { ...selectors, max_files: filesPerChunk };
  let position = after;
  let remaining = limit;
  for (let fileCount = 0; fileCount < maxFilesPerPage; fileCount += filesPerChunk) {
    const from = position && { ...position, isInclusive: position.hits !== undefined };
    const files = await selectFilePage(db, access, pipeline, chunkSelectors, now, { from, wantedIds: candidateIds });
    for (const batch of splitIntoBatches(files, await measureOccurrences(db, getIds(files), lookupKeys))) {
      const found = await findOccurrences(db, getIds(batch), query);
      for (const file of batch) {
        const occurrences = found.get(file.id) ?? [];
        const start = position?.id === file.id ? (position.hits ?? 0) : 0;
        const hits = occurrences.slice(start, start + remaining);
        if (hits.length > 0) items.push({ file, hits });
        remaining -= hits.length;
        const end = start + hits.length;
        const filePosition = { createdAt: file.position, id: file.id };
        if (remaining === 0)
          return { items, next: end < occurrences.length ? { ...filePosition, hits: end } : filePosition };
      }
    }
    const last = files.at(-1);
    if (!last || files.length < filesPerChunk) return { items, next: undefined };
    position = { createdAt: last.position, id: last.id };
  }
  return { items, next: position };
}

/**
 * Groups files into batches with at most {@link maxBatchBytes} of packed occurrences, or with a single larger file. Omits files without
 * occurrences.
 *
 * @param sizes The size of the packed occurrences in bytes, by file id.
 */
function* splitIntoBatches<File extends FileRow>(
  files: readonly File[],
  sizes: ReadonlyMap<string, number>,
): Generator<File[]> {
  let batch: File[] = [];
  let total = 0;
  for (const file of files) {
    const size = sizes.get(file.id);
    if (size === undefined) continue;
    if (batch.length > 0 && total + size > maxBatchBytes) {
      yield batch;
      batch = [];
      total = 0;
    }
    batch.push(file);
    total += size;
  }
  if (batch.length > 0) yield batch;
}

function getIds(files: readonly FileRow[]): string[] {
  return files.map((file) => file.id);
}
