import Database from 'libsql';
import { onTestFinished } from 'vitest';

/** Opens a keyword database, and closes it when the test has finished. */
function openKeywordDatabase(path: string): Database.Database {
  const database = new Database(path, { readonly: true });
  onTestFinished(() => {
    database.close();
  });
  return database;
}

/** Returns the values of the rows that a statement selects. */
export function readValues(path: string, sql: string): unknown[][] {
  const rows = openKeywordDatabase(path).prepare(sql).all() as object[];
  return rows.map((row) => Object.values(row) as unknown[]);
}

/** Returns all rows in their order, as `original stemmed line number`. */
export function readKeywordRows(path: string): string[] {
  return readValues(path, 'select * from keyword_search order by rowid').map((row) => row.join(' '));
}
