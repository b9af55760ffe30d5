import { unpackOccurrences, type Occurrence } from '../../formats/postings.js';
import type { Queryable } from '../../store/db/db.js';
import type { KeywordQuery } from './keyword-query.js';

/** Files that one statement looks through: keeps a selection of any size within the limits of a statement. */
const filesAtATime = 5000;

/**
 * One visit to the index for each file: `offset 0` keeps the planner, which may have no statistics, from reading the whole
 * table instead. So a search takes as long as its selection is large, whatever else is stored.
 */
const lookUp = `
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
 * Finds where the words of a query occur in the selected files.
 *
 * @returns For each file with a hit, its occurrences, each once: by line, then by place in the line, then by word.
 */
export async function findOccurrences(
  db: Queryable,
  fileIds: readonly string[],
  query: KeywordQuery,
): Promise<Map<string, Occurrence[]>> {
  const found = new Map<string, Occurrence[]>();
  const folds = [...new Set(query.terms.map((term) => term.fold))];
  if (folds.length === 0) return found;
  for (let from = 0; from < fileIds.length; from += filesAtATime) {
    const { rows } = await db.query<Row>(lookUp, [fileIds.slice(from, from + filesAtATime), folds]);
    for (const row of rows) {
      if (!isWanted(row, query)) continue;
      const occurrences = unpackOccurrences(row.occurrences);
      const others = found.get(row.file_id);
      if (others) for (const occurrence of occurrences) others.push(occurrence);
      else found.set(row.file_id, occurrences);
    }
  }
  for (const [fileId, occurrences] of found) found.set(fileId, inOrder(occurrences));
  return found;
}

/** A word written with diacritics finds itself; a word without finds all that differ from it in diacritics only. */
function isWanted({ stem, fold }: Row, { terms }: KeywordQuery): boolean {
  return terms.some((term) => term.fold === fold && (!term.exact || term.stem === stem));
}

function inOrder(occurrences: Occurrence[]): Occurrence[] {
  occurrences.sort(compare);
  return occurrences.filter((occurrence, i) => {
    const before = occurrences[i - 1];
    return before === undefined || compare(before, occurrence) !== 0;
  });
}

function compare(a: Occurrence, b: Occurrence): number {
  return (
    a.line_number - b.line_number ||
    a.keyword_number - b.keyword_number ||
    (a.keyword < b.keyword ? -1 : a.keyword > b.keyword ? 1 : 0)
  );
}
