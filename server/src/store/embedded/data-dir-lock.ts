import { randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataDirInUseError } from './data-dir-in-use-error.js';
import { LockSocket, responses } from './lock-socket.js';
import { isAlive, ownIdentity, type ProcessIdentity } from '../../system/process-identity.js';

interface LockRecord extends ProcessIdentity {
  /** Still looking whether somebody else is there. */
  readonly trying: boolean;
  /** Where the owner's server answers, once it listens. */
  readonly server: { readonly host: string; readonly port: number } | null;
}

interface Other {
  readonly path: string;
  readonly record: LockRecord;
}

const patienceMs = 5_000;

/**
 * Keeps a second process out of a data directory. PGlite has no lock of its own, and two of it on one directory lose
 * each other's commits.
 *
 * Each process that wants in writes a file of its own into `<dataDir>/lock`, and looks for the others only then: of two
 * that come at once, at least one sees the other. A file is removed only when its process is certainly gone, and its
 * name is never used twice, so nobody can remove the lock of a process that lives.
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

  /** @throws `DataDirInUseError` when another process, or this one, has the directory open. */
  static async acquire(dataDir: string): Promise<DataDirLock> {
    const directory = join(dataDir, 'lock');
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const path = join(directory, `${process.pid}-${randomUUID().slice(0, 8)}.json`);
      const record: LockRecord = { ...ownIdentity(), trying: true, server: null };
      const lock = new DataDirLock(path, await LockSocket.listen(socketPath(path)), record);
      await lock.#write();
      const others = await otherOwners(directory, path);
      const [first] = others;
      if (first === undefined) {
        await lock.#update({ trying: false });
        return lock;
      }
      await lock.release();
      const holder = others.find(({ record: { trying } }) => !trying) ?? first;
      if (!holder.record.trying || Date.now() > deadline) throw refusal(dataDir, holder);
      await sleep(20 + Math.random() * 100);
    }
  }

  /** Writes down where this process serves, for whoever is refused, and as a sign of life. */
  recordServer(host: string, port: number): Promise<void> {
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

  /** Renamed into place, so that nobody reads half of it. */
  async #write(): Promise<void> {
    await writeFile(`${this.#path}.tmp`, JSON.stringify(this.#record), { mode: 0o600 });
    await rename(`${this.#path}.tmp`, this.#path);
  }
}

/** Removes what dead processes left, and answers with the rest. */
async function otherOwners(directory: string, own: string): Promise<Other[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.json'));
  const paths = names.map((name) => join(directory, name)).filter((path) => path !== own);
  const others = await Promise.all(paths.map(readOther));
  const owners: Other[] = [];
  for (const other of others) {
    if (other === undefined) continue;
    if (await owns(other)) owners.push(other);
    else await Promise.all([rm(other.path, { force: true }), rm(socketPath(other.path), { force: true })]);
  }
  return owners;
}

async function readOther(path: string): Promise<Other | undefined> {
  try {
    return { path, record: JSON.parse(await readFile(path, 'utf8')) as LockRecord };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`Expected ${path} to be a lock file, but it cannot be read. Remove it if no server uses it.`, {
      cause: error,
    });
  }
}

async function owns({ path, record }: Other): Promise<boolean> {
  const alive = isAlive(record);
  if (alive !== 'unknown') return alive;
  // a process of another container on this machine: its socket tells, for the kernel closes it with the process
  const listening = await responses({ path: socketPath(path) });
  if (listening !== false) return true;
  return record.server !== null && (await responses(record.server)) === true;
}

function socketPath(path: string): string {
  return path.replace(/\.json$/, '.sock');
}

function refusal(dataDir: string, { path, record }: Other): DataDirInUseError {
  const where = record.server === null ? '' : `, which serves on http://${record.server.host}:${record.server.port}`;
  const elsewhere = isAlive(record) === 'unknown';
  return new DataDirInUseError(
    `Expected the data directory ${dataDir} to be free, but process ${record.pid}` +
      `${elsewhere ? ` of host ${record.host}` : ''} has it open${where}. ` +
      `Stop that process, or choose another directory.${elsewhere ? ` If that host is gone, remove ${path}.` : ''}`,
    record.pid,
  );
}
