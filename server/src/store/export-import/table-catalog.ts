import type { Queryable } from '../db/db.js';

interface Column {
  readonly name: string;
  /** The type name as formatted by PostgreSQL, such as `timestamp with time zone`. */
  readonly type: string;
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Names of the foreign keys from the table to itself. */
  readonly selfReferences: readonly string[];
}

interface ForeignKey {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Returns the tables of the current schema except `schema_migration`, each after the tables that it references. Omits generated columns.
 * Does not return the queue's tables, which are in another schema.
 */
export async function readTables(db: Queryable): Promise<Table[]> {
  const { rows: columns } = await db.query<{ table: string; name: string; type: string }>(
    `select relname as table, attname as name, format_type(atttypid, atttypmod) as type
     from pg_class join pg_attribute on attrelid = pg_class.oid
     where relnamespace = current_schema()::regnamespace and relkind = 'r' and relname <> 'schema_migration'
       and attnum > 0 and not attisdropped and attgenerated = ''
     order by relname, attnum`,
  );
  const { rows: foreignKeys } = await db.query<ForeignKey>(
    `select conname as name, source.relname as from, target.relname as to
     from pg_constraint join pg_class source on source.oid = conrelid join pg_class target on target.oid = confrelid
     where contype = 'f' and connamespace = current_schema()::regnamespace`,
  );
  const names = [...new Set(columns.map(({ table }) => table))];
  return orderByReferences(names, foreignKeys).map((name) => ({
    name,
    columns: columns.filter(({ table }) => table === name).map(({ name, type }) => ({ name, type })),
    selfReferences: foreignKeys.filter(({ from, to }) => from === name && to === name).map(({ name }) => name),
  }));
}

function orderByReferences(names: readonly string[], foreignKeys: readonly ForeignKey[]): string[] {
  const ordered = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (ordered.has(name)) return;
    if (path.includes(name)) throw new Error(`Expected no circular foreign keys, got ${path.join(' -> ')}.`);
    for (const { from, to } of foreignKeys) if (from === name && to !== name) visit(to, [...path, name]);
    ordered.add(name);
  };
  for (const name of names) visit(name, []);
  return [...ordered];
}
