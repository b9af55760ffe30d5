import { rm, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import Database from 'libsql';
import { outputTooLarge } from '../output-file.js';

/** What the hosted service's files have, to the space. */
const pageSize = 1024;
const createTable = `CREATE TABLE keyword_search (
                original_keyword TEXT,
                stemmed_keyword TEXT,
                line_number INTEGER,
                keyword_number INTEGER
            )`;
const createIndexes = `
CREATE INDEX idx_original_keyword ON keyword_search (original_keyword);
CREATE INDEX idx_stemmed_keyword ON keyword_search (stemmed_keyword);
`;

/** Rows that one statement inserts: a call for each row takes twice as long. */
const batchSize = 50;

/** SQLite's largest number of pages. */
const mostPages = 4_294_967_294;

/** Less than this left on the disk: then it is the disk that is full. */
const spareBytes = 16 * 2 ** 20;

type Row = readonly [original: string, stemmed: string, line: number, number: number];

/** The downloadable keyword database in the making: a new SQLite file. */
export class KeywordDatabase {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #db: Database.Database;
  readonly #insertOne: Database.Statement;
  readonly #insertBatch: Database.Statement;
  #rows: Row[] = [];

  private constructor(path: string, maxBytes: number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#db = new Database(path);
    this.#db.exec(`PRAGMA page_size = ${pageSize}`);
    // whoever adopts the file syncs it; until then a crash leaves a file that nobody refers to
    this.#db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE');
    this.#db.exec('PRAGMA cache_size = -65536');
    this.#db.exec(`PRAGMA max_page_count = ${Math.max(1, Math.min(mostPages, Math.floor(maxBytes / pageSize)))}`);
    this.#db.exec(createTable);
    this.#db.exec('BEGIN');
    this.#insertOne = this.#db.prepare(insertStatement(1));
    this.#insertBatch = this.#db.prepare(insertStatement(batchSize));
  }

  /**
   * Creates the file, hands it to `work`, then adds the indexes and closes it.
   *
   * @throws `ModuleError` when the file would become larger than `maxBytes`.
   */
  static async write(
    path: string,
    maxBytes: number,
    work: (database: KeywordDatabase) => Promise<void>,
  ): Promise<void> {
    // a new file has no pages of an earlier one in it
    await rm(path, { force: true });
    const database = new KeywordDatabase(path, maxBytes);
    try {
      await work(database);
      database.#finish();
    } catch (error) {
      throw await database.#explain(error);
    } finally {
      database.#db.close();
    }
  }

  add(...row: Row): void {
    this.#rows.push(row);
    if (this.#rows.length < batchSize) return;
    this.#insertBatch.run(...this.#rows.flat());
    this.#rows = [];
  }

  #finish(): void {
    for (const row of this.#rows) this.#insertOne.run(...row);
    this.#db.exec(createIndexes);
    this.#db.exec('COMMIT');
  }

  async #explain(error: unknown): Promise<unknown> {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'SQLITE_FULL') return error;
    const { bavail, bsize } = await statfs(dirname(this.#path));
    return bavail * bsize < spareBytes ? error : outputTooLarge(this.#maxBytes);
  }
}

function insertStatement(rows: number): string {
  return `INSERT INTO keyword_search VALUES ${Array<string>(rows).fill('(?, ?, ?, ?)').join(', ')}`;
}
