import { describe, expect, onTestFinished, test } from 'vitest';
import { migrate } from '../../src/store/db/migrate.js';
import { migrations } from '../../src/store/db/migrations.js';
import { openDatabase, type MillraceDatabase } from '../../src/store/open-database.js';
import { onPostgres } from '../support/database/backend.js';
import { createTestDatabase, type TestDatabase } from '../support/database/test-database.js';

async function open(database: TestDatabase): Promise<MillraceDatabase> {
  const db = await openDatabase(database.options);
  onTestFinished(() => db.close());
  return db;
}

async function createDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  onTestFinished(() => database.cleanup());
  return database;
}

async function versions(db: MillraceDatabase): Promise<number[]> {
  const { rows } = await db.query<{ version: number }>('select version from schema_migration order by version');
  return rows.map(({ version }) => version);
}

const released = migrations.map(({ version }) => version);
const next = Math.max(...released) + 1;
const addsColumn = { version: next, sql: 'alter table account add column motto text' };

test('migrates a new database to the newest version', async () => {
  const db = await open(await createDatabase());
  expect(await versions(db)).toEqual(released);
  expect((await db.query('select * from run')).rows).toEqual([]);
});

test('numbers the versions consecutively from 1', () => {
  expect(released).toEqual(released.map((_, index) => index + 1));
});

test('runs only new migrations, and keeps the data', async () => {
  const db = await open(await createDatabase());
  await db.query(`insert into account (id, name, created_at) values (gen_random_uuid(), 'ada', now())`);
  await migrate(db, [...migrations, addsColumn]);
  expect(await versions(db)).toEqual([...released, next]);
  expect((await db.query('select name, motto from account')).rows).toEqual([{ name: 'ada', motto: null }]);
});

test('deletes the contents of deleted files in version 23', async () => {
  const db = await open(await createDatabase());
  await db.query(`
    alter table blob_content drop column file_id;
    create index file_small_input on file (input_blob) where starts_with(input_blob, 'row:');
    delete from schema_migration where version >= 23;
    insert into blob_content (key, content) values ('row:lost', ''), ('row:trash', '');
    insert into blob_trash (key, at) values ('row:trash', now())`);
  await migrate(db, migrations.slice(0, 23));
  expect((await db.query('select key from blob_content')).rows).toEqual([{ key: 'row:trash' }]);
});

test('changes nothing when one of several migrations fails', async () => {
  const db = await open(await createDatabase());
  const wrong = { version: next + 1, sql: 'create table half (n int); select 1/0' };
  await expect(migrate(db, [...migrations, addsColumn, wrong])).rejects.toMatchObject({ code: '22012' });
  expect(await versions(db)).toEqual(released);
  await expect(db.query('select motto from account')).rejects.toMatchObject({ code: '42703' });
});

test('refuses a database that a newer version has migrated', async () => {
  const database = await createDatabase();
  const db = await openDatabase(database.options);
  await db.query('insert into schema_migration values ($1, now())', [next]);
  await db.close();
  await expect(openDatabase(database.options)).rejects.toThrow(
    `version ${next - 1} or older, got ${next}. The database was written by a newer version of Millrace`,
  );
});

test('makes servers that migrate at the same time wait for each other', async () => {
  const database = await createDatabase();
  const db = await open(database);
  // a second migration would fail, because the column exists already
  await Promise.all([1, 2, 3, 4].map(() => migrate(db, [...migrations, addsColumn])));
  expect(await versions(db)).toEqual([...released, next]);
});

describe.runIf(onPostgres)('on a PostgreSQL server', () => {
  test('lets several servers start at the same time on a new database', async () => {
    const database = await createDatabase();
    const all = await Promise.all([1, 2, 3, 4].map(() => open(database)));
    expect(await Promise.all(all.map(versions))).toEqual([released, released, released, released]);
  });

  test('refuses a server older than PostgreSQL 15', async () => {
    const database = await createDatabase();
    const db = await open(database);
    // the server reports an older version to new connections
    await db.query(`
      create schema shadow;
      create function shadow.current_setting(name text) returns text language sql as
        $$ select case name when 'server_version_num' then '140012' else '14.12' end $$`);
    const [row] = (await db.query<{ name: string }>('select current_database() as name')).rows;
    await db.query(`alter database ${row!.name} set search_path = shadow, pg_catalog, public`);
    await expect(openDatabase(database.options)).rejects.toThrow('Expected PostgreSQL 15 or newer, got 14.12');
  });

  test('names the address of a server that does not respond, without the password', async () => {
    const { options } = await createDatabase();
    const databaseUrl = 'postgres://someone:hunter2@127.0.0.1:1/nothing';
    const failure = openDatabase({ ...options, databaseUrl });
    await expect(failure).rejects.toThrow(/got ECONNREFUSED from 127\.0\.0\.1:1\/nothing/);
    await failure.catch((error: unknown) => expect(String(error)).not.toContain('hunter2'));
  });
});
