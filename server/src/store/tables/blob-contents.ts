import type { Db, Queryable } from '../db/db.js';

interface PendingCall<T> {
  readonly key: string;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads and deletes small blobs, which the database stores. All reads in one turn of the event loop share a statement, and so do all
 * deletions.
 */
export class BlobContents {
  readonly #db: Db;
  #reads: PendingCall<Buffer | undefined>[] = [];
  #deletions: PendingCall<void>[] = [];

  constructor(db: Db) {
    this.#db = db;
  }

  read(key: string): Promise<Buffer | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#reads.push({ key, resolve, reject }) === 1) setImmediate(() => void this.#readAll());
    });
  }

  delete(key: string): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#deletions.push({ key, resolve, reject }) === 1) setImmediate(() => void this.#deleteAll());
    });
  }

  async #readAll(): Promise<void> {
    const reads = this.#reads;
    this.#reads = [];
    await settleAll(reads, async (keys) => {
      const { rows } = await this.#db.query<{ key: string; content: Buffer }>(
        'select key, content from blob_content where key = any($1)',
        [keys],
      );
      const contents = new Map(rows.map(({ key, content }) => [key, content]));
      return (key) => contents.get(key);
    });
  }

  async #deleteAll(): Promise<void> {
    const deletions = this.#deletions;
    this.#deletions = [];
    await settleAll(deletions, async (keys) => {
      await this.#db.query('delete from blob_content where key = any($1)', [keys]);
      return () => undefined;
    });
  }
}

/** The content of a new blob, with the id of its file. */
interface NewContent {
  readonly key: string;
  readonly fileId: string;
  readonly content: Buffer;
}

/** Stores the contents of new blobs. Sends them as a single buffer, because an array of buffers would be sent as hexadecimal text. */
export async function insertContents(tx: Queryable, contents: readonly NewContent[]): Promise<void> {
  if (contents.length === 0) return;
  await tx.query(
    `insert into blob_content (key, file_id, content)
     select key, file_id, substring($1::bytea from start for length)
     from unnest($2::text[], $3::uuid[], $4::int[], $5::int[]) item (key, file_id, start, length)`,
    [
      Buffer.concat(contents.map(({ content }) => content)),
      contents.map(({ key }) => key),
      contents.map(({ fileId }) => fileId),
      computeStartPositions(contents.map(({ content }) => content)),
      contents.map(({ content }) => content.length),
    ],
  );
}

/** Returns the 1-based position at which each content starts in the concatenation of all contents. */
export function computeStartPositions(contents: readonly Uint8Array[]): number[] {
  let next = 1;
  return contents.map(({ length }) => (next += length) - length);
}

/** Runs one statement for all calls, and settles their promises. */
async function settleAll<T>(
  calls: readonly PendingCall<T>[],
  run: (keys: readonly string[]) => Promise<(key: string) => T>,
): Promise<void> {
  try {
    const valueOf = await run(calls.map(({ key }) => key));
    for (const { key, resolve } of calls) resolve(valueOf(key));
  } catch (error) {
    for (const { reject } of calls) reject(error);
  }
}

/** Maximum number of contents that one statement checks. */
const pageSize = 500;

/** Deletes the contents of files that no longer exist, such as files of deleted accounts. Contents in the trash are not deleted. */
export async function deleteOrphanedContents(db: Db): Promise<void> {
  for (let after: string | null = ''; after !== null;) {
    const { rows }: { rows: { last: string | null }[] } = await db.query(
      `with page as (select key, file_id from blob_content where key > $1 order by key limit $2),
       orphaned as (
         delete from blob_content where key = any(array(
           select key from page where file_id is not null
             and not exists (select from file where file.id = page.file_id)
             -- a lookup per row, because for "not exists" the planner would read the whole trash if it is small
             and (select trash.key from blob_trash trash where trash.key = page.key) is null)))
       select max(key) as last from page`,
      [after, pageSize],
    );
    after = rows[0]?.last ?? null;
  }
}
