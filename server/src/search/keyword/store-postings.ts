import { readFile, stat } from 'node:fs/promises';
import type { Posting } from '../../formats/postings.js';
import { readPostings } from '../../formats/postings-file.js';
import type { Queryable } from '../../store/db/db.js';

/** Maximum number of rows per INSERT when postings are read from a file. */
const maxBatchRows = 4000;
/** Total length of the lines or occurrences in a batch, in characters, at which the batch is inserted. */
const batchLength = 2 ** 20;
/** Maximum size of a postings file to load into memory, in bytes. */
const maxLoadedBytes = 2 ** 17;

/** The postings that `keyword-db` wrote: the lines themselves if there are few, or the path of the file that contains them. */
export type Postings = { readonly lines: string } | { readonly path: string };

/** The postings in a module's result: a string or the path of a file. Both are absent if the module wrote no postings. */
interface WrittenPostings {
  readonly postings?: string;
  readonly postingsPath?: string;
}

/**
 * Loads a module's postings into memory, so that the transaction that stores them does not wait for the disk. If the postings file is
 * larger than {@link maxLoadedBytes}, returns its path instead.
 */
export async function loadPostings({ postings, postingsPath: path }: WrittenPostings): Promise<Postings> {
  if (postings !== undefined) return { lines: postings };
  if (path === undefined) return { lines: '' };
  const { size } = await stat(path);
  return size > maxLoadedBytes ? { path } : { lines: await readFile(path, 'utf8') };
}

interface FilePostings {
  readonly fileId: string;
  readonly postings: Postings;
}

interface FileLines {
  readonly fileId: string;
  readonly lines: string;
}

interface NewPosting extends Posting {
  readonly fileId: string;
}

/**
 * Stores files' postings for keyword search. If all postings are in memory, issues all statements synchronously, so that they run before
 * any statement that the caller issues later.
 *
 * @param tx The transaction that records the modules' results, so that results and postings are committed together.
 */
export async function storePostings(tx: Queryable, files: readonly FilePostings[]): Promise<void> {
  let batch: FileLines[] = [];
  let length = 0;
  const inserts: Promise<void>[] = [];
  for (const { fileId, postings } of files) {
    if (!('lines' in postings) || postings.lines === '') continue;
    batch.push({ fileId, lines: postings.lines });
    length += postings.lines.length;
    if (length < batchLength) continue;
    inserts.push(insertLines(tx, batch));
    batch = [];
    length = 0;
  }
  if (batch.length > 0) inserts.push(insertLines(tx, batch));
  await Promise.all(inserts);
  for (const { fileId, postings } of files) if ('path' in postings) await insertFromFile(tx, fileId, postings.path);
}

/** Inserts lines of postings. The database splits the lines, which is faster than splitting them in Node.js and sending arrays. */
async function insertLines(tx: Queryable, files: readonly FileLines[]): Promise<void> {
  await tx.query(
    `insert into keyword_posting (file_id, stem, fold, occurrences)
     select file_id, split_part(line, E'\t', 1), split_part(line, E'\t', 2), split_part(line, E'\t', 3)
     from unnest($1::uuid[], $2::text[]) item (file_id, lines), string_to_table(lines, E'\n') line where line <> ''`,
    [files.map(({ fileId }) => fileId), files.map(({ lines }) => lines)],
  );
}

async function insertFromFile(tx: Queryable, fileId: string, path: string): Promise<void> {
  let batch: NewPosting[] = [];
  let length = 0;
  for await (const posting of readPostings(path)) {
    batch.push({ ...posting, fileId });
    length += posting.occurrences.length;
    if (batch.length < maxBatchRows && length < batchLength) continue;
    await insertPostings(tx, batch);
    batch = [];
    length = 0;
  }
  if (batch.length > 0) await insertPostings(tx, batch);
}

async function insertPostings(tx: Queryable, batch: readonly NewPosting[]): Promise<void> {
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
