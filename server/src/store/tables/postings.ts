import type { Queryable } from '../db/db.js';

interface PostingRow {
  readonly stem: string;
  /** In the format of `Posting.occurrences`. */
  readonly occurrences: string;
}

/**
 * Returns a page of a file's postings, sorted by lookup key and stem, and the total number of postings on all pages.
 *
 * @param options.q If set, selects only postings with a word that contains this text, ignoring case.
 */
export async function listPostings(
  db: Queryable,
  fileId: string,
  { offset, limit, q }: { readonly offset: number; readonly limit: number; readonly q?: string | undefined },
): Promise<{ rows: PostingRow[]; total: number }> {
  const params: unknown[] = [fileId];
  const where = `file_id = $1 ${q === undefined ? '' : `and strpos(lower(split_part(occurrences, '|', 1)), (select lower($${params.push(q)}))) > 0`}`;
  const { rows: counted } = await db.query<{ total: number }>(
    `select count(*) as total from keyword_posting where ${where}`,
    params,
  );
  const { rows } = await db.query<PostingRow>(
    `select stem, occurrences from keyword_posting where ${where}
     order by fold, stem limit $${params.push(limit)} offset $${params.push(offset)}`,
    params,
  );
  return { rows, total: counted[0]?.total ?? 0 };
}
