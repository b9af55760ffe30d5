import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createCluster } from '../../src/store/embedded/create-cluster.js';
import { packTemplate, unpackTemplate } from '../../src/store/embedded/data-template.js';
import { openDatabase } from '../../src/store/open-database.js';
import { openPgliteDatabase } from '../../src/store/embedded/pglite-database.js';
import { onPglite } from '../support/database/backend.js';

let dataDir: string;

describe.runIf(onPglite)('the embedded database', () => {
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'millrace-start-'));
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  });

  test("can be created, packed and unpacked without the build's template", async () => {
    const made = join(dataDir, 'made');
    await createCluster(made);
    await writeFile(join(made, 'pg_wal', 'summaries', 'mark'), 'packed');
    await packTemplate(made, join(dataDir, 'template'));
    const unpacked = join(dataDir, 'unpacked');
    expect(await unpackTemplate(pathToFileURL(join(dataDir, 'template')), unpacked)).toBe(true);
    expect((await readdir(unpacked, { recursive: true })).sort()).toEqual(
      (await readdir(made, { recursive: true })).sort(),
    );

    const { db } = await openPgliteDatabase(unpacked);
    // a database that cannot be vacuumed would exhaust the transaction ids of the whole cluster
    expect((await db.query('select datname from pg_database')).rows).toEqual([{ datname: 'postgres' }]);
    expect((await db.query('show data_checksums')).rows).toEqual([{ data_checksums: 'on' }]);
    await db.close();
  });

  test('ignores a template that is missing or was made for another schema', async () => {
    expect(await unpackTemplate(pathToFileURL(join(dataDir, 'nothing')), join(dataDir, 'a'))).toBe(false);
    await mkdir(join(dataDir, 'other'));
    await packTemplate(join(dataDir, 'other'), join(dataDir, 'template'), 'another schema');
    expect(await unpackTemplate(pathToFileURL(join(dataDir, 'template')), join(dataDir, 'b'))).toBe(false);
    expect(await readdir(dataDir)).toEqual(['other', 'template']);
  });

  test('removes the remains of an interrupted first start', async () => {
    await mkdir(join(dataDir, 'pg.tmp-4711', 'base'), { recursive: true });
    await writeFile(join(dataDir, 'pg.tmp-4711', 'PG_VERSION'), '18\n');
    const db = await openDatabase({ dataDir });
    await db.close();
    expect((await readdir(dataDir)).sort()).toEqual(['lock', 'pg']);
  });

  test('keeps its data across a restart', async () => {
    const first = await openDatabase({ dataDir });
    await first.query(`insert into setting values ('motto', 'käptn 🐟')`);
    await first.close();
    const second = await openDatabase({ dataDir });
    expect((await second.query('select * from setting')).rows).toEqual([{ name: 'motto', value: 'käptn 🐟' }]);
    await second.close();
  });

  test('refuses the directory of another PostgreSQL version, and says how to move the data', async () => {
    await mkdir(join(dataDir, 'pg'));
    await writeFile(join(dataDir, 'pg', 'PG_VERSION'), '17\n');
    await expect(openDatabase({ dataDir })).rejects.toThrow(
      /to use PostgreSQL 18, got 17\. Run "millrace export" .* then run "millrace import"/,
    );
    // the failed start has released the lock
    await expect(openDatabase({ dataDir })).rejects.toThrow(/got 17/);
  });

  test('says what is wrong with a damaged directory', async () => {
    const first = await openDatabase({ dataDir });
    await first.close();
    await rm(join(dataDir, 'pg', 'global', 'pg_control'));
    await expect(openDatabase({ dataDir })).rejects.toThrow(/embedded database to start, but it stopped: .*pg_control/);
  });
});
