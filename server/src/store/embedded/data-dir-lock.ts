import { randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, getOwnIdentity, type ProcessIdentity } from 'millrace/shared/runtime/process-identity.js';
import { writeAtomically } from 'millrace/shared/runtime/write-atomically.js';
import { isListening, LockSocket } from './lock-socket.js';

/** Thrown when another process, or this one, already has the data directory open or is opening it. */
export class DataDirInUseError extends Error {
  override readonly name = 'DataDirInUseError';
  /** The id of the process that holds the lock or is trying to acquire it. */
  readonly pid: number;

  constructor(message: string, pid: number) {
    super(message);
    this.pid = pid;
  }
}

interface LockRecord extends ProcessIdentity {
  /** Whether the process is still looking for other lock files before it acquires the lock. */
  readonly trying: boolean;
  /** The address of the process's server; `null` if the server is not listening yet, or if the process has no server. */
  readonly server: { readonly host: string; readonly port: number } | null;
}

interface LockFile {
  readonly path: string;
  readonly record: LockRecord;
}

/** How long to wait for other processes that are trying to acquire the lock, in milliseconds. */
const contentionTimeoutMs = 5_000;

/** Age at which an unfinished lock file is considered abandoned, in milliseconds. Writing a lock file is much faster. */
const abandonedAfterMs = 60_000;

/**
 * Ensures that only one process opens a data directory. PGlite itself has no lock, and two instances on the same directory would
 * overwrite each other's commits.
 *
 * Each process first writes its own file to `<dataDir>/lock`, then looks for other files. Therefore, if two processes start at
 * the same time, at least one sees the other's file. A process removes another process's lock file only after finding that the
 * other process has exited. File names are never reused, so the removal cannot affect the file of a new process.
 */
export class DataDirLock {
  readonly #path: string;
  readonly #socket: LockSocket;
  #record: LockRecord;

  private constructor(path: string, socket: LockSocket, record: LockRecord) {
    this.#path = path;
    this.#socket = socket;
    this.#record = record;
  }

  /**
   * Acquires the lock. Waits up to {@link contentionTimeoutMs} while other processes are trying to acquire it.
   *
   * @throws `DataDirInUseError` if another process, or this one, already has the directory open, or if the wait times out.
   */
  static async acquire(dataDir: string): Promise<DataDirLock> {
    const directory = join(dataDir, 'lock');
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const deadline = Date.now() + contentionTimeoutMs;
    for (;;) {
      const path = join(directory, `${process.pid}-${randomUUID().slice(0, 8)}.json`);
      const record: LockRecord = { ...getOwnIdentity(), trying: true, server: null };
      const lock = new DataDirLock(path, await LockSocket.listen(socketPath(path)), record);
      await lock.#write();
      const others = await findOtherLockFiles(directory, path);
      const [firstOther] = others;
      if (firstOther === undefined) {
        await lock.#update({ trying: false });
        return lock;
      }
      await lock.release();
      const holder = others.find(({ record: { trying } }) => !trying) ?? firstOther;
      if (!holder.record.trying || Date.now() > deadline) throw inUseError(dataDir, holder);
      await sleep(20 + Math.random() * 100);
    }
  }

  /**
   * Records the address of this process's server. The error message of a process that fails to acquire the lock contains the address.
   * Processes also connect to it if they cannot otherwise tell whether this process is still running.
   */
  recordServerAddress(host: string, port: number): Promise<void> {
    return this.#update({ server: { host, port } });
  }

  async release(): Promise<void> {
    await rm(this.#path, { force: true });
    await this.#socket.close();
  }

  #update(change: Partial<LockRecord>): Promise<void> {
    this.#record = { ...this.#record, ...change };
    return this.#write();
  }

  #write(): Promise<void> {
    return writeAtomically(this.#path, JSON.stringify(this.#record), { mode: 0o600 });
  }
}

/**
 * Returns the other lock files whose processes are, or may be, running. Removes abandoned files and those of processes that have exited.
 */
async function findOtherLockFiles(directory: string, ownPath: string): Promise<LockFile[]> {
  const all = await readdir(directory);
  await Promise.all(all.filter((name) => name.endsWith('.part')).map((name) => removeAbandoned(join(directory, name))));
  const names = all.filter((name) => name.endsWith('.json'));
  const paths = names.map((name) => join(directory, name)).filter((path) => path !== ownPath);
  const others = await Promise.all(paths.map(readLockFile));
  const running: LockFile[] = [];
  for (const other of others) {
    if (other === undefined) continue;
    if (await isProcessRunning(other)) running.push(other);
    else await Promise.all([rm(other.path, { force: true }), rm(socketPath(other.path), { force: true })]);
  }
  return running;
}

/** Removes an unfinished lock file if it is older than {@link abandonedAfterMs}. */
async function removeAbandoned(path: string): Promise<void> {
  const stats = await stat(path).catch(() => undefined);
  if (stats && Date.now() - stats.mtimeMs > abandonedAfterMs) await rm(path, { force: true });
}

async function readLockFile(path: string): Promise<LockFile | undefined> {
  try {
    return { path, record: JSON.parse(await readFile(path, 'utf8')) as LockRecord };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(
      `Expected ${path} to be a lock file, but it cannot be read. Remove it if no server is using the data directory.`,
      {
        cause: error,
      },
    );
  }
}

async function isProcessRunning({ path, record }: LockFile): Promise<boolean> {
  const alive = isAlive(record);
  if (alive !== 'unknown') return alive;
  // the process may be in another container on this machine; the kernel closes its socket when the process exits
  const listening = await isListening({ path: socketPath(path) });
  if (listening !== false) return true;
  return record.server !== null && (await isListening(record.server)) === true;
}

function socketPath(path: string): string {
  return path.replace(/\.json$/, '.sock');
}

function inUseError(dataDir: string, { path, record }: LockFile): DataDirInUseError {
  const { server } = record;
  const servingText = server === null ? '' : ` and serves http://${server.host}:${server.port}`;
  const isOnOtherHostOrContainer = isAlive(record) === 'unknown';
  return new DataDirInUseError(
    `Expected the data directory ${dataDir} to be free, but process ${record.pid}` +
      `${isOnOtherHostOrContainer ? ` on host ${record.host}` : ''} has it open${servingText}. ` +
      `Stop that process, or choose another directory.${isOnOtherHostOrContainer ? ` If that host is gone, remove ${path}.` : ''}`,
    record.pid,
  );
}
