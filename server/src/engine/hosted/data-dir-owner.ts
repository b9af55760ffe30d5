import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Db } from '../../store/db/db.js';
import { findSetting, getOrCreateSetting } from '../../store/tables/settings.js';

/** The database setting that records the id of the data directory. The directory's file `store-id` contains the same id. */
const dataDirSetting = 'files_id';

const idPathOf = (dataDir: string) => join(dataDir, 'store-id');

/**
 * Returns whether the data directory belongs to this database. The first database to use the directory claims it. A server of another
 * database must not sweep the directory, because the sweep would delete all files as leftovers.
 */
export async function claimDataDir(db: Db, dataDir: string): Promise<boolean> {
  const id = await getOrCreateSetting(db, 'store_id', randomUUID);
  await writeFile(idPathOf(dataDir), id, { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error;
  });
  return (await readFile(idPathOf(dataDir), 'utf8')) === id;
}

/**
 * Checks that this process uses the same data directory as the database's other servers and workers. If the directory is different, for
 * example because a disk is not mounted, every run that this process claims would fail. The first process records its directory's id.
 * Always succeeds for the embedded database, because the data directory contains it.
 *
 * @throws If the directory is different from the recorded one.
 */
export async function assertSameDataDir(db: Db, dataDir: string): Promise<void> {
  if (db.backend === 'pglite') return;
  const recordedId = await findSetting(db, dataDirSetting);
  if (recordedId === undefined) {
    // no directory is recorded yet, so create `store-id` if it does not exist, and record its content
    await claimDataDir(db, dataDir);
    const directoryId = await readFile(idPathOf(dataDir), 'utf8');
    if ((await getOrCreateSetting(db, dataDirSetting, () => directoryId)) === directoryId) return;
  } else if ((await readFile(idPathOf(dataDir), 'utf8').catch(() => '')).trim() === recordedId) return;
  throw new Error(
    `Expected the data directory ${dataDir} to have the files of this database, but its file \`store-id\` is missing or belongs to ` +
      'another database. Mount the directory that the other servers and workers use, or choose it with --data. If its files are lost or were moved ' +
      `without \`store-id\`, write ${await findSetting(db, dataDirSetting)} into ${idPathOf(dataDir)}.`,
  );
}
