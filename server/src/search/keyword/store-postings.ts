import { stat } from 'node:fs/promises';
import type { Posting } from '../../formats/postings.js';
import { readPostings } from '../../formats/postings-file.js';
import type { Queryable } from '../../store/db/db.js';

/** Maximum number of rows per INSERT. */
const batchRows = 4000;
/** Maximum total length of the occurrences per INSERT, in characters. */
const batchLength = 2 ** 20;

/** The postings that `keyword-db` wrote. If there are few, they are in memory. Otherwise, they are read from their file. */
export type Postings = { readonly rows: readonly Posting[] } | { readonly path: string };

/**
 * Opens a file's postings. A small number of postings is loaded into memory, so that the transaction does not wait for the disk.
 */
export async function openPostings(path: string): Promise<Postings> {
  const { size } = await stat(path);
  if (size > batchLength / 8) return { path };
  const rows: Posting[] = [];
  for await (const posting of readPostings(path)) rows.push(posting);
  return rows.length > batchRows ? { path } : { rows };
}

/** A file and its postings. */
interface FilePostings {
  readonly fileId: string;
  readonly postings: Postings;
}

interface FilePosting extends Posting {
  readonly fileId: string;
}

/**
 * Stores files' postings for search. If all postings are in memory, the statements are sent before this function returns its
 * promise.
 *
 * @param tx The transaction that makes the files ready, so that both commit together.
 */
export async function storePostings(tx: Queryable, files: readonly FilePostings[]): Promise<void> {
  const small: FilePosting[] = [];
  const inserts: Promise<void>[] = [];
  for (const { fileId, postings } of files) {
    if (!('rows' in postings)) continue;
    for (const posting of postings.rows) small.push({ ...posting, fileId });
    if (small.length >= batchRows) inserts.push(insert(tx, small.splice(0)));
  }
  if (small.length > 0) inserts.push(insert(tx, small));
  await Promise.all(inserts);
  for (const { fileId, postings } of files) if ('path' in postings) await storeLarge(tx, fileId, postings.path);
}

async function storeLarge(tx: Queryable, fileId: string, path: string): Promise<void> {
  let batch: FilePosting[] = [];
  let length = 0;
  for await (const posting of readPostings(path)) {
    batch.push({ ...posting, fileId });
    length += posting.occurrences.length;
    if (batch.length < batchRows && length < batchLength) continue;
    await insert(tx, batch);
    batch = [];
    length = 0;
  }
  if (batch.length > 0) await insert(tx, batch);
}

async function insert(tx: Queryable, batch: readonly FilePosting[]): Promise<void> {
  await tx.query(
    `insert into keyword_posting (file_id, stem, fold, occurrences)
     select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[])`,
    [
      batch.map((posting) => posting.fileId),
      batch.map((posting) => posting.stem),
      batch.map((posting) => posting.fold),
      batch.map((posting) => posting.occurrences),
    ],
  );
}
