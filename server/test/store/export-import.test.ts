import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { exportDatabase } from '../../src/store/export-import/export-database.js';
import { importDatabase } from '../../src/store/export-import/import-database.js';
import { migrate } from '../../src/store/db/migrate.js';
import { migrations } from '../../src/store/db/migrations.js';
import { openDatabase, type MillraceDatabase } from '../../src/store/open-database.js';
import { onPostgres } from '../support/database/backend.js';
import { createTestDatabase, type TestDatabase } from '../support/database/test-database.js';

let database: TestDatabase;
let source: MillraceDatabase;
let exported: string;

const account = '6f1c1b0e-0f6b-4d4e-9a52-1f4f8a3c0001';
const file = '6f1c1b0e-0f6b-4d4e-9a52-1f4f8a3c0002';
const parent = '6f1c1b0e-0f6b-4d4e-9a52-1f4f8a3c0003';
const child = '6f1c1b0e-0f6b-4d4e-9a52-1f4f8a3c0004';
const oddText = 'tab\t quote" backslash\\ line\nfeed \r\n paragraph\u2029 line\u2028 nul-less \u0001 ünï 🐟 \uffff';

beforeAll(async () => {
  database = await createTestDatabase();
  source = await openDatabase(database.options);
  await fill(source);
  exported = await exportToText(source);
});

afterAll(async () => {
  await source.close();
  await database.cleanup();
});

async function fill(db: MillraceDatabase): Promise<void> {
  await db.query(
    `insert into account (id, name, units_used, created_at)
     values ($1, $2, 9223372036854775807, '2031-02-14 09:26:53.123456+00')`,
    [account, oddText],
  );
  await db.query(
    `insert into setting (name, value) select 'filler ' || n, repeat('x', 900) from generate_series(1, 1200) n`,
  );
  const insertRun = `insert into run (id, account_id, kind, of, name, state, sequence, input, error, created_at)`;
  await db.query(`${insertRun} values ($1, $2, 'flow', 'c', 'quiet-otter', 'failed', 9007199254740993, $3, null, $4)`, [
    child,
    account,
    JSON.stringify({ text: oddText, deep: [[[{}]]], number: 1e300 }),
    '2031-02-14 09:26:53.000001+02',
  ]);
  await db.query(
    `${insertRun} select md5(n::text)::uuid, $1, 'flow', 'f', 'f', 'failed', n, null, null, now() from generate_series(1, 1100) n`,
    [account],
  );
  await db.query(`${insertRun} values ($1, $2, 'flow', 'p', 'brave-otter', 'completed', 2, 'null', $3, 'infinity')`, [
    parent,
    account,
    JSON.stringify(oddText),
  ]);
  await db.query('update run set parent_id = $1 where of = $2', [parent, 'f']);
  await db.query('update run set parent_id = $1 where id = $2', [parent, child]);
  await db.query(
    `insert into task_run (run_id, index, key, name, state, started_at) values ($1, 0, 'a-0', 'a', 'failed', now())`,
    [child],
  );
  await db.query('insert into blob_trash values ($1, now())', [file]);
}

async function exportToText(db: MillraceDatabase): Promise<string> {
  const output = new PassThrough();
  const [written] = await Promise.all([text(output), exportDatabase(db, output)]);
  return written;
}

/** Returns the rows of an export in a fixed order. */
function rowsOf(written: string): string[] {
  const [, ...lines] = written.trimEnd().split('\n');
  let table = '';
  return lines
    .map((line) => {
      if (line.startsWith('{"table"')) table = line;
      return line.startsWith('[') ? `${table} ${line}` : line;
    })
    .sort();
}

async function openTarget(): Promise<MillraceDatabase> {
  const target = await createTestDatabase();
  return closeWhenFinished(await openDatabase(target.options), () => target.cleanup());
}

async function openEmbedded(): Promise<MillraceDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'millrace-import-'));
  return closeWhenFinished(await openDatabase({ dataDir }), () => rm(dataDir, { recursive: true, force: true }));
}

function closeWhenFinished(db: MillraceDatabase, cleanup: () => Promise<void>): MillraceDatabase {
  onTestFinished(async () => {
    await db.close();
    await cleanup();
  });
  return db;
}

async function importText(db: MillraceDatabase, written: string, ...rest: [typeof migrations?]): Promise<number> {
  // in small chunks, which end in the middle of lines and characters
  const bytes = Buffer.from(written);
  const chunks = Array.from({ length: Math.ceil(bytes.length / 999) }, (_, n) =>
    bytes.subarray(n * 999, n * 999 + 999),
  );
  return importDatabase(db, Readable.from(chunks, { objectMode: false }), ...rest);
}

const isEmpty = async (db: MillraceDatabase): Promise<boolean> =>
  (await db.query('select from account union all select from setting')).rows.length === 0;

test('writes a line for the header, each table, each row and the end', () => {
  const lines = exported
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  const newest = Math.max(...migrations.map(({ version }) => version));
  expect(lines[0]).toMatchObject({ format: 'millrace-export', version: 1, schema: newest });
  expect(lines.at(-1)).toEqual({ end: true, rows: 2305 });
  expect(lines).toContainEqual([account, oddText, '9223372036854775807', '0', '2031-02-14 09:26:53.123456+00']);
  const tables = lines.flatMap((line) => (line as { table?: string }).table ?? []);
  expect(tables.indexOf('account')).toBeLessThan(tables.indexOf('file'));
  expect(tables.indexOf('file')).toBeLessThan(tables.indexOf('run'));
  expect(tables.indexOf('run')).toBeLessThan(tables.indexOf('task_run'));
});

test('imports exactly what was exported', async () => {
  const target = await openTarget();
  expect(await importText(target, exported)).toBe(2305);
  expect(rowsOf(await exportToText(target))).toEqual(rowsOf(exported));
});

test('imports rows of one table that refer to each other, in any order', async () => {
  const target = await openTarget();
  const lines = exported.split('\n');
  const [parentLine] = lines.splice(
    lines.findIndex((line) => line.includes('brave-otter')),
    1,
  );
  const lastRun = lines.findLastIndex((line) => line.includes('"flow"'));
  lines.splice(lastRun + 1, 0, parentLine!);
  await importText(target, lines.join('\n'));
  expect(rowsOf(await exportToText(target))).toEqual(rowsOf(exported));
});

test('enforces the constraints again after an import', async () => {
  const target = await openTarget();
  await importText(target, exported);
  await expect(target.query('update run set parent_id = $1 where id = $2', [file, child])).rejects.toMatchObject({
    code: '23503',
  });
  const { rows } = await target.query(
    `select count(*) as deferrable from pg_constraint where condeferrable and conrelid = 'run'::regclass`,
  );
  expect(rows).toEqual([{ deferrable: 0 }]);
});

describe.runIf(onPostgres)('between the two backends', () => {
  // each of the databases is filled, exported and imported
  test('imports on PostgreSQL what the embedded database exported, and vice versa', async () => {
    const embedded = await openEmbedded();
    await fill(embedded);
    const fromEmbedded = await exportToText(embedded);
    const server = await openTarget();
    expect(server.backend).toBe('postgres');
    await importText(server, fromEmbedded);
    expect(rowsOf(await exportToText(server))).toEqual(rowsOf(fromEmbedded));

    const back = await openEmbedded();
    expect(back.backend).toBe('pglite');
    await importText(back, await exportToText(server));
    expect(rowsOf(await exportToText(back))).toEqual(rowsOf(fromEmbedded));
  });
});

test('migrates an export of an older schema to the newest', async () => {
  const newest = Math.max(...migrations.map(({ version }) => version));
  const later = [
    ...migrations,
    { version: newest + 1, sql: `alter table account add column motto text; update account set motto = 'of ' || id` },
    { version: newest + 2, sql: 'alter table account rename column motto to saying' },
  ];
  const target = await openTarget();
  await migrate(target, later);
  await importText(target, exported, later);
  expect((await target.query('select saying from account')).rows).toEqual([{ saying: `of ${account}` }]);
  const { rows } = await target.query<{ version: number }>('select version from schema_migration order by 1');
  expect(rows.map(({ version }) => version)).toEqual(later.map(({ version }) => version));
});

test('refuses a database that has data', async () => {
  await expect(importText(source, exported)).rejects.toThrow(/table "account" has rows/);
});

test.for([
  ['is truncated', (written: string) => written.slice(0, written.lastIndexOf('{"end"')), /truncated/],
  ['is truncated within a row', (written: string) => written.slice(0, 5_000), /line \d+ .* corrupted/],
  ['lacks a row', (written: string) => written.replace(/^\["filler 7".*\n/m, ''), /truncated/],
  ['has a row twice', (written: string) => written.replace(/^(\["filler 7".*\n)/m, '$1$1'), /duplicate key/],
  ['is of an unknown version', (written: string) => written.replace('"version":1', '"version":2'), /got format 2/],
  ['is of a newer schema', (written: string) => written.replace(/"schema":\d+/, '"schema":999'), /schema 999/],
  ['is not an export', () => '{"hello": 1}\n', /does not start with an export header/],
  ['is empty', () => '', /line 1 .* corrupted/],
] as const)('changes nothing when the file %s', async ([, damage, message]) => {
  const target = await openTarget();
  await expect(importText(target, damage(exported))).rejects.toThrow(message);
  expect(await isEmpty(target)).toBe(true);
  await importText(target, exported);
});

test('rejects when the output stream of an export fails', async () => {
  const output = new PassThrough();
  output.once('data', () => output.destroy(new Error('disk full')));
  await expect(exportDatabase(source, output)).rejects.toThrow('disk full');
  expect((await source.query('select name from account')).rows).toEqual([{ name: oddText }]);
});
