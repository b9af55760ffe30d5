import { unpackOccurrences, type Occurrence } from '../../formats/postings.js';
import type { Queryable } from '../../store/db/db.js';
import type { KeywordQuery } from './keyword-query.js';

/** Maximum number of files per statement, so that selections of any size stay within a statement's limits. */
const filesPerStatement = 5000;

/**
 * Looks up each file in the index. `offset 0` prevents the planner, which may have no statistics, from scanning the whole table.
 * A search's duration therefore depends on the number of selected files, not on the size of the table.
 */
const selectPostings = `
  select posting.* from unnest($1::uuid[]) as selected (file_id) cross join lateral (
    select file_id, stem, fold, occurrences from keyword_posting
    where file_id = selected.file_id and fold = any($2::text[]) offset 0
  ) as posting`;

interface Row {
  readonly file_id: string;
  readonly stem: string;
  readonly fold: string;
  readonly occurrences: string;
}

/**
 * Finds occurrences of a query's words in the selected files.
 *
 * @returns The distinct occurrences in each file that has a hit, sorted by line, position in the line, and word.
 */
export async function findOccurrences(
  db: Queryable,
  fileIds: readonly string[],
  query: KeywordQuery,
): Promise<Map<string, Occurrence[]>> {
  const found = new Map<string, Occurrence[]>();
  const folds = [...new Set(query.terms.map((term) => term.fold))];
  if (folds.length === 0) return found;
  for (let from = 0; from < fileIds.length; from += filesPerStatement) {
    const { rows } = await db.query<Row>(selectPostings, [fileIds.slice(from, from + filesPerStatement), folds]);
    for (const row of rows) {
      if (!matches(row, query)) continue;
      const occurrences = unpackOccurrences(row.occurrences);
      const known = found.get(row.file_id);
      if (known) for (const occurrence of occurrences) known.push(occurrence);
      else found.set(row.file_id, occurrences);
    }
  }
  for (const [fileId, occurrences] of found) found.set(fileId, sortDistinct(occurrences));
  return found;
}

/**
 * Returns whether a row matches any term. A term with diacritics matches only itself; a term without diacritics matches all stems
 * that differ only in diacritics.
 */
function matches({ stem, fold }: Row, { terms }: KeywordQuery): boolean {
  return terms.some((term) => term.fold === fold && (!term.exact || term.stem === stem));
}

function sortDistinct(occurrences: Occurrence[]): Occurrence[] {
  occurrences.sort(compare);
  return occurrences.filter((occurrence, i) => {
    const previous = occurrences[i - 1];
    return previous === undefined || compare(previous, occurrence) !== 0;
  });
}

function compare(a: Occurrence, b: Occurrence): number {
  return (
    a.line_number - b.line_number ||
    a.keyword_number - b.keyword_number ||
    (a.keyword < b.keyword ? -1 : a.keyword > b.keyword ? 1 : 0)
  );
}
