import { PGlite } from '@electric-sql/pglite';
import { SyncedNodeFs } from './synced-node-fs.js';

const settings = [
  // the only method that reaches fsync in PGlite's file system; PostgreSQL's default is fdatasync
  'wal_sync_method=fsync',
  'shared_buffers=32MB',
  'max_wal_size=128MB',
  'min_wal_size=32MB',
];

/** Makes the directory an empty cluster when it is one of a fresh start. `onAbort` gets PostgreSQL's last words. */
export async function startPglite(
  directory: string,
  onAbort: (reason: string) => void,
): Promise<{ pglite: PGlite; fileSystem: SyncedNodeFs }> {
  let lastWords = '';
  const fileSystem = new SyncedNodeFs(directory, (reason) => onAbort(lastWords || String(reason)));
  const pglite = await PGlite.create({
    fs: fileSystem,
    // PostgreSQL's 16 MB would make up most of a new directory
    initDbStartParams: ['--wal-segsize=4'],
    // PGlite's own, without the -F that turns syncing off
    startParams: [
      ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
      ...settings.flatMap((setting) => ['-c', setting]),
    ],
    onStderr: (text) => {
      if (/PANIC|FATAL/.test(text)) lastWords = text;
      return false;
    },
  });
  await refuseUnsynced(pglite, fileSystem);
  return { pglite, fileSystem };
}

/** The hook leans on internals of PGlite: that commits really reach the disk is checked at each start. */
async function refuseUnsynced(pglite: PGlite, fileSystem: SyncedNodeFs): Promise<void> {
  const commits = 3;
  const before = fileSystem.syncs;
  for (let commit = 0; commit < commits; commit += 1) {
    await pglite.query(`select pg_logical_emit_message(true, 'millrace', 'sync check')`);
  }
  const syncs = fileSystem.syncs - before;
  if (syncs >= commits) return;
  await pglite.close();
  throw new Error(
    `Expected ${commits} commits of the embedded database to be synced to disk, got ${syncs} syncs. ` +
      'It would lose data in a power failure: install the exact versions that @millrace/server asks for.',
  );
}
