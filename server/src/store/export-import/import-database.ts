import type { Readable } from 'node:stream';
import pg from 'pg';
import type { Db, Queryable } from '../db/db.js';
import {
  type EndLine,
  exportFormat,
  exportVersion,
  type HeaderLine,
  readLines,
  type RowLine,
  type TableLine,
} from './export-format.js';
import { applyMigrations, newestVersion } from '../db/migrate.js';
import { type Migration, migrations as allMigrations } from '../db/migrations.js';
import { readTables, type Table } from './table-catalog.js';

const rowsPerInsert = 500;

/**
 * Imports an export into an empty database, in one transaction. The export can be from the embedded database or from PostgreSQL, and from
 * this version of Millrace or an older one.
 *
 * @returns The number of imported rows.
 * @throws If the database already contains data, or if the export is corrupted, truncated, or from a newer version.
 * @example
 * ```ts
 * await importDatabase(db, createReadStream('millrace.jsonl'));
 * await requeueUnfinished(db, queue);
 * ```
 */
export async function importDatabase(
  db: Db,
  input: Readable,
  migrations: readonly Migration[] = allMigrations,
): Promise<number> {
  return db.tx(async (tx) => {
    await assertEmpty(tx);
    const lines = readLines(input);
    const header = parseHeader((await lines.next()).value, newestVersion(migrations));
    // if the export has an older schema, load the rows into that schema, then migrate
    const exportMigrations = migrations.filter(({ version }) => version <= header.schema);
    if (exportMigrations.length < migrations.length) await recreateSchema(tx, exportMigrations);
    const rowCount = await loadRows(tx, await readTables(tx), lines);
    await applyMigrations(tx, migrations, header.schema);
    return rowCount;
  });
}

async function assertEmpty(tx: Queryable): Promise<void> {
  const tables = await readTables(tx);
  const names = tables.map(({ name }) => pg.escapeIdentifier(name));
  // block other readers and writers until the transaction ends
  if (names.length > 0) await tx.query(`lock table ${names.join(', ')} in access exclusive mode`);
  for (const { name } of tables) {
    const { rows } = await tx.query(`select 1 from ${pg.escapeIdentifier(name)} limit 1`);
    if (rows.length === 0) continue;
    throw new Error(`Expected an empty database, but its table "${name}" has rows. Import into a new database.`);
  }
}

function parseHeader(line: string | undefined, newestSchema: number): HeaderLine {
  const header = parse(line ?? '', 1) as Partial<HeaderLine> | null;
  if (header?.format !== exportFormat) {
    throw new Error('Expected the file to be a Millrace export, but it does not start with an export header.');
  }
  const { version, schema } = header as HeaderLine;
  if (version !== exportVersion || schema > newestSchema) {
    throw new Error(
      `Expected an export of format ${exportVersion} and schema ${newestSchema} or older, got format ${version} and ` +
        `schema ${schema}. Import it with the version of Millrace that wrote it, or a newer one.`,
    );
  }
  return header as HeaderLine;
}

/** Recreates the database's schema with only the given migrations. Keeps functions that belong to extensions. */
async function recreateSchema(tx: Queryable, migrations: readonly Migration[]): Promise<void> {
  const names = (await readTables(tx)).map(({ name }) => pg.escapeIdentifier(name));
  if (names.length > 0) await tx.query(`drop table ${names.join(', ')} cascade`);
  const { rows: functions } = await tx.query<{ name: string }>(
    `select oid::regprocedure::text as name from pg_proc where pronamespace = current_schema()::regnamespace
       and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')`,
  );
  for (const { name } of functions) await tx.query(`drop function ${name}`);
  await tx.query('delete from schema_migration');
  await applyMigrations(tx, migrations, 0);
}

async function loadRows(tx: Queryable, tables: readonly Table[], lines: AsyncIterable<string>): Promise<number> {
  await setSelfReferenceChecks(tx, tables, 'deferrable initially deferred');
  let inserter: RowInserter | undefined;
  let rowCount = 0;
  let lineNumber = 1;
  let endLine: EndLine | undefined;
  for await (const line of lines) {
    const value = parse(line, (lineNumber += 1)) as RowLine | TableLine | EndLine;
    if (Array.isArray(value)) {
      if (inserter === undefined) throw corruptedLineError(lineNumber);
      await inserter.add(value as RowLine);
      rowCount += 1;
    } else if ('table' in value) {
      await inserter?.flush();
      inserter = new RowInserter(tx, tables, value);
    } else {
      endLine = value as EndLine;
    }
  }
  await inserter?.flush();
  if (endLine?.rows !== rowCount) {
    throw new Error('Expected a complete export, but the file is truncated. Nothing was imported. Export again.');
  }
  await tx.query('set constraints all immediate');
  await setSelfReferenceChecks(tx, tables, 'not deferrable');
  return rowCount;
}

/** Sets when self-referencing foreign keys are checked. An import defers the checks, because a table's rows can be in any order. */
async function setSelfReferenceChecks(tx: Queryable, tables: readonly Table[], deferrability: string): Promise<void> {
  for (const { name, selfReferences } of tables) {
    for (const constraint of selfReferences) {
      await tx.query(
        `alter table ${pg.escapeIdentifier(name)} alter constraint ${pg.escapeIdentifier(constraint)} ${deferrability}`,
      );
    }
  }
}

class RowInserter {
  readonly #tx: Queryable;
  readonly #sql: string;
  readonly #columnCount: number;
  #rows: RowLine[] = [];

  constructor(tx: Queryable, tables: readonly Table[], { table: name, columns }: TableLine) {
    const table = tables.find((candidate) => candidate.name === name);
    if (table === undefined)
      throw new Error(`Expected one of this server's tables, got "${name}". The file is corrupted.`);
    const values = columns.map((column, index) => {
      const type = table.columns.find((candidate) => candidate.name === column)?.type;
      if (type === undefined)
        throw new Error(`Expected a column of "${name}", got "${column}". The file is corrupted.`);
      return { select: `v${index}::${type}`, param: `$${index + 1}::text[]`, alias: `v${index}` };
    });
    this.#tx = tx;
    this.#columnCount = columns.length;
    this.#sql =
      `insert into ${pg.escapeIdentifier(name)} (${columns.map((column) => pg.escapeIdentifier(column)).join(', ')}) ` +
      `overriding system value select ${values.map(({ select }) => select).join(', ')} ` +
      `from unnest(${values.map(({ param }) => param).join(', ')}) as row (${values.map(({ alias }) => alias).join(', ')})`;
  }

  async add(row: RowLine): Promise<void> {
    if (row.length !== this.#columnCount) {
      throw new Error(`Expected rows of ${this.#columnCount} values, got ${row.length}. The file is corrupted.`);
    }
    this.#rows.push(row);
    if (this.#rows.length === rowsPerInsert) await this.flush();
  }

  async flush(): Promise<void> {
    const rows = this.#rows;
    this.#rows = [];
    if (rows.length === 0) return;
    await this.#tx.query(
      this.#sql,
      Array.from({ length: this.#columnCount }, (_, column) => rows.map((row) => row[column])),
    );
  }
}

function parse(line: string, lineNumber: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw corruptedLineError(lineNumber);
  }
}

function corruptedLineError(lineNumber: number): Error {
  return new Error(
    `Expected line ${lineNumber} of the export to be a valid JSON record, but it is corrupted. Export again.`,
  );
}
