import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from 'millrace/shared/runtime/write-atomically.js';
import { createCluster } from './create-cluster.js';
import { DataDirLock } from './data-dir-lock.js';
import { unpackTemplate } from './data-template.js';
import { EmbeddedMaintenance } from './embedded-maintenance.js';
import type { Db } from '../db/db.js';
import { openPgliteDatabase } from './pglite-database.js';

export interface OpenEmbeddedOptions {
  readonly dataDir: string;
  /** Called if the embedded database stops unexpectedly. All later statements fail. */
  readonly onFailure?: (error: Error) => void;
}

interface EmbeddedDatabase extends Db {
  recordServerAddress(host: string, port: number): Promise<void>;
}

/** The major version of PostgreSQL in the required PGlite release. */
const postgresVersion = '18';

/**
 * Opens the database in `<dataDir>/pg` exclusively, creating it on the first start.
 *
 * @throws `DataDirInUseError` if another process, or this one, already has the data directory open.
 */
export async function openEmbedded({ dataDir, onFailure }: OpenEmbeddedOptions): Promise<EmbeddedDatabase> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const lock = await DataDirLock.acquire(dataDir);
  try {
    const { db } = await openPgliteDatabase(join(dataDir, 'pg'), {
      directoryReady: prepareDataDir(dataDir),
      ...(onFailure && { onFailure }),
      beforeClose: () => maintenance.stop(),
      onClosed: () => lock.release(),
    });
    const maintenance = new EmbeddedMaintenance(db);
    maintenance.start();
    return Object.assign(db, {
      recordServerAddress: (host: string, port: number) => lock.recordServerAddress(host, port),
    });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * Creates the database unless it exists, and removes partial files that a crash left behind. The database is created under a
 * temporary name and renamed once it is complete.
 *
 * @throws If the database exists but uses another version of PostgreSQL.
 */
async function prepareDataDir(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    // left by a process that was killed while it wrote the database or the credentials
    if (!name.startsWith('pg.tmp-') && !/^\.credentials\.json\..+\.part$/.test(name)) continue;
    await rm(join(dataDir, name), { recursive: true, force: true });
  }
  const directory = join(dataDir, 'pg');
  if (existsSync(directory)) return assertSameVersion(directory);
  const temporary = join(dataDir, `pg.tmp-${process.pid}`);
  // the build creates the template; without the template, the first start takes several seconds
  const template = new URL('./data-template.bin', import.meta.url);
  if (!(await unpackTemplate(template, temporary))) await createCluster(temporary);
  await rename(temporary, directory);
  await syncDirectory(dataDir);
}

async function assertSameVersion(directory: string): Promise<void> {
  const version = (await readFile(join(directory, 'PG_VERSION'), 'utf8')).trim();
  if (version === postgresVersion) return;
  throw new Error(
    `Expected the database in ${directory} to use PostgreSQL ${postgresVersion}, got ${version}. Run "millrace export" ` +
      'with the version of Millrace that wrote it, move the directory away, then run "millrace import" with this one.',
  );
}
