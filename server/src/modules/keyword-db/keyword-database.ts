import { rm, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import Database from 'libsql';
import { createOutputTooLargeError } from '../../formats/output-limits.js';

/** The page size and the schema's SQL, including its whitespace, are the same as in the hosted service's files. */
const pageSize = 1024;
const createTableSql = `CREATE TABLE keyword_search (
                original_keyword TEXT,
                stemmed_keyword TEXT,
                line_number INTEGER,
                keyword_number INTEGER
            )`;
const createIndexesSql = `
CREATE INDEX idx_original_keyword ON keyword_search (original_keyword);
CREATE INDEX idx_stemmed_keyword ON keyword_search (stemmed_keyword);
`;

/** The number or total length of pending rows at which to insert them. Inserting each row separately takes twice as long. */
const batchRows = 100;
const batchLength = 2 ** 18;

/** The maximum number of pages that SQLite supports. */
const maxPages = 4_294_967_294;

/**
 * SQLite reports the same error for a full disk and for a file that has reached `maxBytes`. The disk is considered full if it has less
 * free space than this, in bytes.
 */
const minFreeBytes = 16 * 2 ** 20;

/**
 * Writes the downloadable keyword database to a new SQLite file.
 *
 * Quotes values in the SQL instead of preparing statements: `libsql` keeps the file open, even after `close`, until the last prepared
 * statement is garbage collected. Quoting is just as fast.
 */
export class KeywordDatabase {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #db: Database.Database;
  #pendingRows: string[] = [];
  #pendingLength = 0;

  private constructor(path: string, maxBytes: number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#db = new Database(path);
  }

  /**
   * Creates the database, passes it to `work`, creates the indexes and closes the database.
   *
   * @throws `ModuleError` if the file would exceed `maxBytes`.
   */
  static async write(
    path: string,
    maxBytes: number,
    work: (database: KeywordDatabase) => Promise<void>,
  ): Promise<void> {
    // delete an existing file, because SQLite would open it instead of creating a new database
    await rm(path, { force: true });
    const database = new KeywordDatabase(path, maxBytes);
    try {
      database.#start();
      await work(database);
      database.#finish();
    } catch (error) {
      throw await database.#convertError(error);
    } finally {
      database.#db.close();
    }
  }

  #start(): void {
    this.#db.exec(`PRAGMA page_size = ${pageSize}`);
    // journaling and syncing are unnecessary: the blob store syncs the file later, and a crash leaves only an unreferenced file
    this.#db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF');
    this.#db.exec('PRAGMA cache_size = -65536');
    this.#db.exec(`PRAGMA max_page_count = ${Math.max(1, Math.min(maxPages, Math.floor(this.#maxBytes / pageSize)))}`);
    this.#db.exec(createTableSql);
    this.#db.exec('BEGIN');
  }

  /** Adds a row. @param line 1-based. @param number The keyword's 1-based position in the line. */
  add(original: string, stemmed: string, line: number, number: number): void {
    const row = `(${quote(original)}, ${quote(stemmed)}, ${line}, ${number})`;
    this.#pendingRows.push(row);
    this.#pendingLength += row.length;
    if (this.#pendingRows.length >= batchRows || this.#pendingLength >= batchLength) this.#insert();
  }

  #insert(): void {
    this.#db.exec(`INSERT INTO keyword_search VALUES ${this.#pendingRows.join(', ')}`);
    this.#pendingRows = [];
    this.#pendingLength = 0;
  }

  #finish(): void {
    if (this.#pendingRows.length > 0) this.#insert();
    this.#db.exec(createIndexesSql);
    this.#db.exec('COMMIT');
  }

  /** Converts SQLite's error for a full database to a `ModuleError` for an output that is too large, unless the disk is full. */
  async #convertError(error: unknown): Promise<unknown> {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'SQLITE_FULL') return error;
    const { bavail, bsize } = await statfs(dirname(this.#path));
    return bavail * bsize < minFreeBytes ? error : createOutputTooLargeError(this.#maxBytes);
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
