import { stat } from 'node:fs/promises';
import type { Posting } from '../../formats/postings.js';
import { readPostings } from '../../formats/postings-file.js';
import type { Queryable } from '../../store/db/db.js';

/** Maximum number of rows per INSERT. */
const batchRows = 4000;
/** Maximum total length of the occurrences per INSERT, in characters. */
const batchLength = 2 ** 20;

/** The postings that `keyword-db` wrote. If there are few, they are in memory. Otherwise, they are read from their file. */
type Postings = { readonly rows: readonly Posting[] } | { readonly path: string };

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

/**
 * Stores a file's postings for search. If the postings are in memory, the statement is sent before this function returns its
 * promise.
 *
 * @param tx The transaction that makes the file ready, so that both commit together.
 */
export async function storePostings(tx: Queryable, fileId: string, postings: Postings): Promise<void> {
  if ('rows' in postings) {
    if (postings.rows.length > 0) await insert(tx, fileId, postings.rows);
    return;
  }
  let batch: Posting[] = [];
  let length = 0;
  for await (const posting of readPostings(postings.path)) {
    batch.push(posting);
    length += posting.occurrences.length;
    if (batch.length < batchRows && length < batchLength) continue;
    await insert(tx, fileId, batch);
    batch = [];
    length = 0;
  }
  if (batch.length > 0) await insert(tx, fileId, batch);
}

async function insert(tx: Queryable, fileId: string, batch: readonly Posting[]): Promise<void> {
  await tx.query(
    `insert into keyword_posting (file_id, stem, fold, occurrences)
     select $1::uuid, * from unnest($2::text[], $3::text[], $4::text[])`,
    [
      fileId,
      batch.map((posting) => posting.stem),
      batch.map((posting) => posting.fold),
      batch.map((posting) => posting.occurrences),
    ],
  );
}
