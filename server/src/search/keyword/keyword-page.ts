import type { Occurrence } from '../../formats/postings.js';
import type { Queryable } from '../../store/db/db.js';
import type { Access } from '../../store/tables/access.js';
import type { FileRow } from '../../store/tables/files/files.js';
import { selectFilePage, type FileSelectors } from '../../store/tables/files/select-files.js';
import { findFilesWithRareWords, findOccurrences, getFolds, measureOccurrences } from './find-occurrences.js';
import type { KeywordQuery } from './keyword-query.js';

/** Number of files to select at a time. */
const filesPerChunk = 200;
/** Maximum number of files to search for a page, so that a page without hits does not take longer than a page with many hits. */
const filesPerPage = 2000;
/** Maximum size of the occurrences to read at a time, in bytes. The occurrences of a single file can be larger. */
const batchBytes = 2 ** 18;

/** The position at which a page starts. */
export interface KeywordPosition {
  /** The creation time of the last file that was searched for the previous page. */
  readonly createdAt: string;
  /** The id of that file. */
  readonly id: string;
  /** Number of that file's hits on previous pages. Undefined if all of its hits have been returned. */
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
 * Finds a page of a query's occurrences, newest files first. The time and memory for a page depend neither on the number of files nor
 * on the number of hits. A page can have fewer hits than the limit, or no hits, even if later pages have more.
 */
export async function findKeywordPage(
  db: Queryable,
  access: Access,
  { pipeline, selectors, query, limit, after }: KeywordRequest,
  now: Date,
): Promise<KeywordPage> {
  const items: { file: FileRow; hits: Occurrence[] }[] = [];
  const folds = getFolds(query);
  if (folds.length === 0) return { items, next: undefined };
  const rareFileIds = await findFilesWithRareWords(db, folds);
  const chunkSelectors = { ...selectors, max_files: filesPerChunk };
  let position = after;
  let remaining = limit;
  for (let searched = 0; searched < filesPerPage; searched += filesPerChunk) {
    const from = position && { ...position, isFirst: position.hits !== undefined };
    const files = await selectFilePage(db, access, pipeline, chunkSelectors, now, { from, among: rareFileIds });
    for (const batch of splitIntoBatches(files, await measureOccurrences(db, getIds(files), folds))) {
      const found = await findOccurrences(db, getIds(batch), query);
      for (const file of batch) {
        const occurrences = found.get(file.id) ?? [];
        const start = position?.id === file.id ? (position.hits ?? 0) : 0;
        const hits = occurrences.slice(start, start + remaining);
        if (hits.length > 0) items.push({ file, hits });
        remaining -= hits.length;
        const read = start + hits.length;
        const filePosition = { createdAt: file.position, id: file.id };
        if (remaining === 0)
          return { items, next: read < occurrences.length ? { ...filePosition, hits: read } : filePosition };
      }
    }
    const last = files.at(-1);
    if (!last || files.length < filesPerChunk) return { items, next: undefined };
    position = { createdAt: last.position, id: last.id };
  }
  return { items, next: position };
}

/** Splits the files with occurrences into batches of up to {@link batchBytes} of occurrences. */
function* splitIntoBatches<File extends FileRow>(
  files: readonly File[],
  sizes: ReadonlyMap<string, number>,
): Generator<File[]> {
  let batch: File[] = [];
  let total = 0;
  for (const file of files) {
    const size = sizes.get(file.id);
    if (size === undefined) continue;
    if (batch.length > 0 && total + size > batchBytes) {
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
