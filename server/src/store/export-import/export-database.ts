import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import type { Db, Queryable } from '../db/db.js';
import {
  type EndLine,
  exportFormat,
  exportVersion,
  type HeaderLine,
  type RowLine,
  type TableLine,
} from './export-format.js';
import { readVersion } from '../db/migrate.js';
import { readTables, type Table } from './table-catalog.js';

const rowsPerFetch = 200;

/**
 * Writes a snapshot of the server's database, then ends the stream. Omits queue jobs; after an import, `requeueUnfinished` recreates the
 * jobs of unfinished hosted runs. Omits large blobs, which are stored outside the database and must be copied separately.
 *
 * @returns The number of exported rows.
 * @example
 * ```ts
 * await exportDatabase(db, createWriteStream('millrace.jsonl'));
 * ```
 */
export async function exportDatabase(db: Db, output: Writable): Promise<number> {
  return db.tx(async (tx) => {
    await tx.query('set transaction isolation level repeatable read, read only');
    const count = { rows: 0 };
    await pipeline(Readable.from(exportLines(tx, count)), output);
    return count.rows;
  });
}

async function* exportLines(tx: Queryable, count: { rows: number }): AsyncGenerator<string> {
  const schema = (await readVersion(tx)) ?? 0;
  yield toLine({ format: exportFormat, version: exportVersion, schema, exportedAt: new Date().toISOString() });
  for (const table of await readTables(tx)) {
    yield toLine({ table: table.name, columns: table.columns.map(({ name }) => name) });
    for await (const row of fetchRows(tx, table)) {
      yield toLine(row);
      count.rows += 1;
    }
  }
  yield toLine({ end: true, rows: count.rows });
}

async function* fetchRows(tx: Queryable, table: Table): AsyncGenerator<RowLine> {
  const columns = table.columns.map(({ name }) => `${pg.escapeIdentifier(name)}::text`);
  await tx.query(
    `declare export_rows no scroll cursor for select array[${columns.join(', ')}] as row
     from ${pg.escapeIdentifier(table.name)}`,
  );
  for (;;) {
    const { rows } = await tx.query<{ row: RowLine }>(`fetch ${rowsPerFetch} from export_rows`);
    if (rows.length === 0) break;
    for (const { row } of rows) yield row;
  }
  await tx.query('close export_rows');
}

function toLine(value: HeaderLine | TableLine | RowLine | EndLine): string {
  return `${JSON.stringify(value)}\n`;
}
