import Database from 'libsql';
import { onTestFinished } from 'vitest';

export interface KeywordRow {
  readonly original_keyword: string;
  readonly stemmed_keyword: string;
  readonly line_number: number;
  readonly keyword_number: number;
}

/** Opens a keyword database; it is closed when the test has finished. */
export function openKeywordDatabase(path: string): Database.Database {
  const database = new Database(path, { readonly: true });
  onTestFinished(() => {
    database.close();
  });
  return database;
}

/** All rows in their order, `original stemmed line number`. */
export function readKeywordRows(path: string): string[] {
  const rows = openKeywordDatabase(path).prepare('select * from keyword_search order by rowid').all() as KeywordRow[];
  return rows.map((row) => Object.values(row).join(' '));
}
