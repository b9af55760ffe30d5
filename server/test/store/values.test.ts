import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, type MillraceDatabase } from '../../src/store/open-database.js';
import { backend } from '../support/database/backend.js';
import { createTestDatabase, type TestDatabase } from '../support/database/test-database.js';

let database: TestDatabase;
let db: MillraceDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  db = await openDatabase(database.options);
});

afterAll(async () => {
  await db.close();
  await database.cleanup();
});

// the expected values are literals, so that both backends must return the same

test('names the backend', () => {
  expect(db.backend).toBe(backend);
});

test('reads columns as the same JavaScript values on both backends', async () => {
  const { rows } = await db.query(`
    select 7::int2 as int2, 7::int4 as int4, 9007199254740991::int8 as int8, 1.5::float8 as float8, 1.50::numeric as numeric,
      true as bool, 'ünïcödé 🐟'::text as text, '\\x00ff'::bytea as bytea, null::text as missing,
      '{"a": [1, null, "x"]}'::jsonb as jsonb, '[2]'::json as json, 'null'::jsonb as json_null,
      timestamptz '2031-02-14 09:26:53.250+02' as timestamptz,
      'a3bb189e-8bf9-3888-9912-ace4e6543002'::uuid as uuid,
      array['a', 'b,c']::text[] as texts, array[1, null]::int8[] as int8s,
      array['a3bb189e-8bf9-3888-9912-ace4e6543002']::uuid[] as uuids`);
  expect(rows).toEqual([
    {
      int2: 7,
      int4: 7,
      int8: 9007199254740991,
      float8: 1.5,
      numeric: '1.50',
      bool: true,
      text: 'ünïcödé 🐟',
      bytea: Buffer.from([0, 255]),
      missing: null,
      jsonb: { a: [1, null, 'x'] },
      json: [2],
      json_null: null,
      timestamptz: new Date('2031-02-14T07:26:53.250Z'),
      uuid: 'a3bb189e-8bf9-3888-9912-ace4e6543002',
      texts: ['a', 'b,c'],
      int8s: [1, null],
      uuids: ['a3bb189e-8bf9-3888-9912-ace4e6543002'],
    },
  ]);
});

test('writes the same JavaScript values on both backends', async () => {
  const { rows } = await db.query(
    `select $1::text = 'x' as text, $2::int8 = 12 as number, $3::jsonb = '{"a": [1]}' as object,
       $4::timestamptz = '2031-02-14 07:26:53.250Z' as date, $5::text[] = array['a', 'b,c"\\'] as list,
       $6::text is null as missing, $7::bytea = '\\x00ff' as bytes, $8::bool as flag, $9::int[] = '{}' as empty,
       $10::jsonb = '[1]' as json_text`,
    [
      'x',
      12,
      { a: [1] },
      new Date('2031-02-14T07:26:53.250Z'),
      ['a', 'b,c"\\'],
      null,
      Buffer.from([0, 255]),
      true,
      [],
      '[1]',
    ],
  );
  expect(new Set(Object.values(rows[0]!))).toEqual(new Set([true]));
});

test('rejects an int8 that a JavaScript number cannot represent, instead of rounding it', async () => {
  await expect(db.query('select 9007199254740993::int8 as big')).rejects.toThrow(/to fit .* got 9007199254740993/);
  expect((await db.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});

test('counts the rows that a statement affected', async () => {
  await db.query('create table counted (n int)');
  expect((await db.query('insert into counted select generate_series(1, 5)')).affected).toBe(5);
  expect((await db.query('update counted set n = n where n > $1', [2])).affected).toBe(3);
  expect((await db.query('delete from counted where n > 9')).affected).toBe(0);
});

test('runs several statements in one query without parameters, and returns all their rows', async () => {
  const { rows } = await db.query('begin; select 1 as n; select 2 as n; commit');
  expect(rows).toEqual([{ n: 1 }, { n: 2 }]);
});

test("keeps PostgreSQL's code and constraint in errors", async () => {
  await db.query('create table keyed (id int primary key)');
  await db.query('insert into keyed values (1)');
  await expect(db.query('insert into keyed values ($1)', [1])).rejects.toMatchObject({
    code: '23505',
    constraint: 'keyed_pkey',
  });
  await expect(db.query('select nothing from nowhere')).rejects.toMatchObject({ code: '42P01' });
});

test('runs many statements that are sent at the same time', async () => {
  const responses = await Promise.all(Array.from({ length: 50 }, (_, n) => db.query('select $1::int as n', [n])));
  expect(responses.map(({ rows }) => rows[0]!['n'])).toEqual(Array.from({ length: 50 }, (_, n) => n));
});
