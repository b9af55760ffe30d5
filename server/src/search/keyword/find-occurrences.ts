import { unpackOccurrences, type Occurrence } from '../../formats/postings.js';
import type { Queryable } from '../../store/db/db.js';
import type { KeywordQuery, KeywordRun, KeywordTerm } from './keyword-query.js';

/** Maximum number of files per statement. Larger selections are split to stay within the database's limits. */
const filesPerStatement = 5000;

/**
 * Looks up each file in the index. `offset 0` prevents the planner, which may have no statistics, from scanning the whole table. The
 * duration of a search therefore depends on the number of selected files, not on the size of the table.
 */
const selectPostings = `
  select posting.* from unnest($1::uuid[]) as selected (file_id) cross join lateral (
    select file_id, stem, fold, occurrences from keyword_posting
    where file_id = selected.file_id and fold = any($2::text[]) offset 0
  ) as posting`;

interface PostingRow {
  readonly file_id: string;
  readonly stem: string;
  readonly fold: string;
  readonly occurrences: string;
}

/** A query's words are rare if they have at most this many index rows in total. Reading these rows is faster than looking up many files. */
const maxRareRows = 2000;

/**
 * Selects up to `maxRareRows` + 1 rows of the words, in all accounts. The range condition and the order make the database use the index,
 * although the planner does not know how rare the words are.
 */
const selectRareRows = `
  select posting.file_id from unnest($1::text[]) as word (fold) cross join lateral (
    select file_id, fold from keyword_posting where fold >= word.fold order by fold limit ${maxRareRows + 1}
  ) as posting where posting.fold = word.fold limit ${maxRareRows + 1}`;

/** Returns the lookup keys of a query's words. */
export function getFolds(query: KeywordQuery): string[] {
  const terms = [...query.terms, ...query.runs.flatMap((run) => run.terms)];
  return [...new Set(terms.map((term) => term.fold))];
}

/**
 * Finds all files that contain any of the words, in all accounts and pipelines.
 *
 * @returns The file ids, or `undefined` if the words are not rare.
 */
export async function findFilesWithRareWords(db: Queryable, folds: readonly string[]): Promise<string[] | undefined> {
  const { rows } = await db.query<Pick<PostingRow, 'file_id'>>(selectRareRows, [folds]);
  return rows.length > maxRareRows ? undefined : [...new Set(rows.map((row) => row.file_id))];
}

/** Returns the size of the words' occurrences in each file, in bytes, without reading the occurrences. */
export async function measureOccurrences(
  db: Queryable,
  fileIds: readonly string[],
  folds: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await db.query<{ file_id: string; size: number }>(
    `select file_id, sum(octet_length(occurrences))::float8 as size from (${selectPostings}) postings group by file_id`,
    [fileIds, folds],
  );
  return new Map(rows.map((row) => [row.file_id, row.size]));
}

/**
 * Finds occurrences of a query's words in the selected files.
 *
 * @returns Each file's distinct occurrences, by file id, sorted by line, position in the line, and word. Files without occurrences are
 * omitted.
 */
export async function findOccurrences(
  db: Queryable,
  fileIds: readonly string[],
  query: KeywordQuery,
): Promise<Map<string, Occurrence[]>> {
  const found = new Map<string, Occurrence[]>();
  const folds = getFolds(query);
  if (folds.length === 0) return found;
  const rareFileIds = fileIds.length > maxRareRows ? await findFilesWithRareWords(db, folds) : undefined;
  const rareFileSet = rareFileIds && new Set(rareFileIds);
  const searched = rareFileSet ? fileIds.filter((id) => rareFileSet.has(id)) : fileIds;
  for (let from = 0; from < searched.length; from += filesPerStatement) {
    const { rows } = await db.query<PostingRow>(selectPostings, [
      searched.slice(from, from + filesPerStatement),
      folds,
    ]);
    for (const [fileId, postings] of groupByFile(rows)) {
      const occurrences = postings
        .filter((row) => query.terms.some((term) => matches(row, term)))
        .flatMap((row) => unpackOccurrences(row.occurrences));
      for (const run of query.runs)
        for (const occurrence of findRunOccurrences(run, postings)) occurrences.push(occurrence);
      if (occurrences.length > 0) found.set(fileId, sortAndDeduplicate(occurrences));
    }
  }
  return found;
}

function groupByFile(rows: readonly PostingRow[]): Map<string, PostingRow[]> {
  const files = new Map<string, PostingRow[]>();
  for (const row of rows) {
    const group = files.get(row.file_id);
    if (group) group.push(row);
    else files.set(row.file_id, [row]);
  }
  return files;
}

/** Returns the occurrences of a run: the positions that have all of its terms. */
function findRunOccurrences({ text, terms }: KeywordRun, rows: readonly PostingRow[]): Occurrence[] {
  let positions: Map<string, Occurrence> | undefined;
  for (const term of terms) {
    const next = new Map<string, Occurrence>();
    for (const row of rows) {
      if (!matches(row, term)) continue;
      for (const { line_number, keyword_number } of unpackOccurrences(row.occurrences)) {
        const position = `${line_number} ${keyword_number}`;
        if (!positions || positions.has(position)) next.set(position, { keyword: text, line_number, keyword_number });
      }
    }
    positions = next;
  }
  return [...(positions?.values() ?? [])];
}

/**
 * Returns whether a row matches a term. A term with diacritics matches only itself; a term without diacritics matches all stems
 * that differ only in diacritics.
 */
function matches({ stem, fold }: PostingRow, term: KeywordTerm): boolean {
  return term.fold === fold && (!term.isExact || term.stem === stem);
}

function sortAndDeduplicate(occurrences: Occurrence[]): Occurrence[] {
  occurrences.sort(compareOccurrences);
  return occurrences.filter((occurrence, i) => {
    const previous = occurrences[i - 1];
    return previous === undefined || compareOccurrences(previous, occurrence) !== 0;
  });
}

function compareOccurrences(a: Occurrence, b: Occurrence): number {
  return (
    a.line_number - b.line_number ||
    a.keyword_number - b.keyword_number ||
    (a.keyword < b.keyword ? -1 : a.keyword > b.keyword ? 1 : 0)
  );
}
