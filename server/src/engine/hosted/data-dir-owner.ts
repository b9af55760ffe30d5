import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Db } from '../../store/db/db.js';
import { findSetting, getOrCreateSetting } from '../../store/tables/settings.js';

/** The name of the setting that identifies the directory with this database's files by the content of the directory's `store-id`. */
const filesSetting = 'files_id';

const pathOf = (dataDir: string) => join(dataDir, 'store-id');

/**
 * Returns whether the data directory belongs to this database. The first database claims the directory, because any other database
 * would treat all files in it as leftovers.
 */
export async function ownsFiles(db: Db, dataDir: string): Promise<boolean> {
  const id = await getOrCreateSetting(db, 'store_id', randomUUID);
  await writeFile(pathOf(dataDir), id, { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error;
  });
  return (await readFile(pathOf(dataDir), 'utf8')) === id;
}

/**
 * Checks that the database's other servers and workers use the same data directory. A different directory, for example because a disk
 * is not mounted, would make every run that this process claims fail.
 *
 * @throws If the directory is a different one. In that case, nothing is written to it.
 */
export async function assertSameFiles(db: Db, dataDir: string): Promise<void> {
  // the embedded database is in the directory itself
  if (db.backend === 'pglite') return;
  const expected = await findSetting(db, filesSetting);
  if (expected === undefined) {
    // the database has no files yet
    await ownsFiles(db, dataDir);
    const content = await readFile(pathOf(dataDir), 'utf8');
    if ((await getOrCreateSetting(db, filesSetting, () => content)) === content) return;
  } else if ((await readFile(pathOf(dataDir), 'utf8').catch(() => '')).trim() === expected) return;
  throw new Error(
    `Expected the data directory ${dataDir} to have the files of this database, but its file \`store-id\` says otherwise or is missing. ` +
      'Mount the directory that the other servers and workers use, or choose it with --data. If its files are lost or were moved ' +
      `without \`store-id\`, write ${await findSetting(db, filesSetting)} into ${pathOf(dataDir)}.`,
  );
}
