import { PGlite } from '@electric-sql/pglite';
import type { PgliteProgram } from './compile-pglite.js';
import { SyncedNodeFs } from './synced-node-fs.js';

const settings = [
  // the only method that calls the file system's fsync; in PGlite, fdatasync (the default) does nothing
  'wal_sync_method=fsync',
  'shared_buffers=32MB',
  'max_wal_size=128MB',
  'min_wal_size=32MB',
  // much smaller than the thread's stack, so that PostgreSQL rejects a deeply nested statement before the stack overflows
  'max_stack_depth=1MB',
];

/** The exit status with which PostgreSQL aborts a failed statement. PGlite catches this exit and keeps running. */
const abortedStatementStatus = 100;

/**
 * Opens the database in the directory, or creates it if the directory is empty.
 *
 * @param onStop Called with the reason if PostgreSQL stops during a statement. The callback must end the thread, because PGlite would
 *   otherwise continue to call functions of the stopped module.
 */
export async function startPglite(
  directory: string,
  program: PgliteProgram | undefined,
  onStop: (reason: string) => void,
): Promise<{ pglite: PGlite; fileSystem: SyncedNodeFs }> {
  let lastError = '';
  const fileSystem = new SyncedNodeFs(directory);
  const options = {
    fs: fileSystem,
    ...(program && { pgliteWasmModule: program }),
    // with the default segment size of 16 MB, the write-ahead log would take up most of a new database's directory
    initDbStartParams: ['--wal-segsize=4'],
    // PGlite's defaults without -F, which disables fsync
    startParams: [
      ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
      ...settings.flatMap((setting) => ['-c', setting]),
    ],
    onStderr: (text: string) => {
      if (/PANIC|FATAL/.test(text)) lastError = text;
      return false;
    },
  };
  const pglite = await PGlite.create(options).catch((error: unknown) => {
    throw new Error(`${String(error)} ${lastError}`.trim(), { cause: error });
  });
  watchForStop(pglite, (error) => onStop(lastError || String(error)));
  await assertSynced(pglite, fileSystem);
  return { pglite, fileSystem };
}

/** Wraps the PGlite functions that run statements, so that they call `onStop` if PostgreSQL stops. */
function watchForStop(pglite: PGlite, onStop: (error: unknown) => void): void {
  const module = pglite.Module as unknown as Record<string, () => unknown>;
  for (const name of ['_PostgresMainLoopOnce', '_PostgresMainLongJmp']) {
    const run = module[name];
    if (run === undefined) throw new Error(`Expected PGlite to have ${name}. Install the version in package.json.`);
    module[name] = () => {
      try {
        return run();
      } catch (error) {
        if ((error as { status?: unknown }).status !== abortedStatementStatus) onStop(error);
        throw error;
      }
    };
  }
}

/**
 * Makes test commits. If they are not synced to disk, closes the database and throws. Called at each start, because {@link SyncedNodeFs}
 * depends on internals of PGlite.
 */
export async function assertSynced(pglite: PGlite, fileSystem: { readonly syncCount: number }): Promise<void> {
  const commitCount = 3;
  const previousCount = fileSystem.syncCount;
  for (let commit = 0; commit < commitCount; commit += 1) {
    await pglite.query(`select pg_logical_emit_message(true, 'millrace', 'sync check')`);
  }
  const syncCount = fileSystem.syncCount - previousCount;
  if (syncCount >= commitCount) return;
  await pglite.close();
  throw new Error(
    `Expected ${commitCount} commits of the embedded database to be synced to disk, got ${syncCount} syncs. ` +
      'The database would lose data in a power failure. Install the exact versions that @millrace/server requires.',
  );
}
