import type { Posting } from '../modules/keyword-db/postings.js';
import { readPostings } from '../modules/keyword-db/postings-file.js';
import type { Queryable } from '../store/db.js';

/** What one statement inserts at the most: rows, and characters of occurrences. */
const batchRows = 4000;
const batchLength = 2 ** 20;

/**
 * Stores the postings of a file, as `keyword-db` wrote them beside its database, for search.
 *
 * @param tx The transaction that makes the file ready: the postings come with it or not at all.
 */
export async function storePostings(tx: Queryable, fileId: string, postingsPath: string): Promise<void> {
  let batch: Posting[] = [];
  let length = 0;
  for await (const posting of readPostings(postingsPath)) {
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
