import { unpackOccurrences, type Occurrence } from '../../formats/postings.js';
import type { Queryable } from '../../store/db/db.js';
import type { KeywordQuery, UnspacedRun, KeywordTerm } from './keyword-query.js';

/** Maximum number of files per statement. Bounds the number of rows loaded at once. */
const filesPerStatement = 5000;

/**
 * Selects the postings of the lookup keys in the given files. Even without table statistics, `offset 0` makes the planner look up each
 * file in the index instead of scanning the table, so the duration depends on the number of files, not on the table's size.
 */
const postingsSql = `
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

/**
 * A query's lookup keys are rare if they have at most this many postings in all accounts. Reading the postings of rare keys is faster than
 * looking up many files.
 */
const maxRareRows = 2000;

/**
 * Selects the file ids of the lookup keys' postings in all accounts. The limit of `maxRareRows` + 1 is enough to tell whether the keys are
 * rare. The range condition and the order make the planner use the index even if it misjudges how rare the keys are.
 */
const rareRowsSql = `
  select posting.file_id from unnest($1::text[]) as word (fold) cross join lateral (
    select file_id, fold from keyword_posting where fold >= word.fold order by fold limit ${maxRareRows + 1}
  ) as posting where posting.fold = word.fold limit ${maxRareRows + 1}`;

/** Returns the distinct lookup keys of a query's words and unspaced runs. */
export function getLookupKeys(query: KeywordQuery): string[] {
  const terms = [...query.terms, ...query.unspacedRuns.flatMap((run) => run.terms)];
  return [...new Set(terms.map((term) => term.lookupKey))];
}

/**
 * Finds all files that contain a word with any of the lookup keys, in all accounts and pipelines.
 *
 * @returns The distinct file ids, or `undefined` if the keys have more than {@link maxRareRows} postings.
 */
export async function findFileIdsWithRareWords(
  db: Queryable,
  lookupKeys: readonly string[],
): Promise<string[] | undefined> {
  const { rows } = await db.query<Pick<PostingRow, 'file_id'>>(rareRowsSql, [lookupKeys]);
  return rows.length > maxRareRows ? undefined : [...new Set(rows.map((row) => row.file_id))];
}

/**
 * Measures the packed occurrences of the lookup keys in each file, without loading them.
 *
 * @returns The total size in bytes, by file id. Files without occurrences are omitted.
 */
export async function measureOccurrences(
  db: Queryable,
  fileIds: readonly string[],
  lookupKeys: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await db.query<{ file_id: string; size: number }>(
    `select file_id, sum(octet_length(occurrences))::float8 as size from (${postingsSql}) postings group by file_id`,
    [fileIds, lookupKeys],
  );
  return new Map(rows.map((row) => [row.file_id, row.size]));
}

/**
 * Finds the occurrences of a query's words and unspaced runs in the given files.
 *
 * @returns The distinct occurrences by file id, sorted by line, position in the line, and word. Files without occurrences are omitted.
 */
export async function findOccurrences(
  db: Queryable,
  fileIds: readonly string[],
  query: KeywordQuery,
): Promise<Map<string, Occurrence[]>> {
  const found = new Map<string, Occurrence[]>();
  const lookupKeys = getLookupKeys(query);
  if (lookupKeys.length === 0) return found;
  const candidateIds = fileIds.length > maxRareRows ? await findFileIdsWithRareWords(db, lookupKeys) : undefined;
  const candidates = candidateIds && new Set(candidateIds);
  const searchedIds = candidates ? fileIds.filter((id) => candidates.has(id)) : fileIds;
  for (let from = 0; from < searchedIds.length; from += filesPerStatement) {
    const { rows } = await db.query<PostingRow>(postingsSql, [
      searchedIds.slice(from, from + filesPerStatement),
      lookupKeys,
    ]);
    for (const [fileId, postings] of groupByFile(rows)) {
      const occurrences = postings
        .filter((row) => query.terms.some((term) => matchesTerm(row, term)))
        .flatMap((row) => unpackOccurrences(row.occurrences));
      for (const run of query.unspacedRuns)
        for (const occurrence of findUnspacedRunOccurrences(run, postings)) occurrences.push(occurrence);
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

/** Returns the occurrences of an unspaced run: the word positions at which all of its terms occur. */
function findUnspacedRunOccurrences({ text, terms }: UnspacedRun, rows: readonly PostingRow[]): Occurrence[] {
  let positions: Map<string, Occurrence> | undefined;
  for (const term of terms) {
    const next = new Map<string, Occurrence>();
    for (const row of rows) {
      if (!matchesTerm(row, term)) continue;
      for (const { line_number, keyword_number } of unpackOccurrences(row.occurrences)) {
        const position = `${line_number} ${keyword_number}`;
        if (!positions || positions.has(position)) next.set(position, { keyword: text, line_number, keyword_number });
      }
    }
    positions = next;
  }
  return [...(positions?.values() ?? [])];
}

/** Returns whether a row has the term's lookup key and, if the term has diacritics, the term's exact stem. */
function matchesTerm({ stem, fold }: PostingRow, term: KeywordTerm): boolean {
  return term.lookupKey === fold && (!term.isExact || term.stem === stem);
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
