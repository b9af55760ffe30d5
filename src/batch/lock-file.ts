import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, ownIdentity, type ProcessIdentity } from '../shared/runtime/process-identity.js';
import { unref } from '../shared/runtime/unref.js';

/** Thrown if a running process holds the lock. */
export class LockedError extends Error {
  override readonly name = 'LockedError';
  readonly holder: ProcessIdentity;

  constructor(holder: ProcessIdentity) {
    super(`Process ${holder.pid} on ${holder.host} holds the lock`);
    this.holder = holder;
  }
}

/**
 * Interval between heartbeats, in milliseconds. Each updates the file's mtime, which shows other machines that the holder is
 * alive.
 */
const heartbeatMs = 2000;

/**
 * A lock file that identifies the process holding the lock. If that process was killed, another process takes over the lock.
 */
export class LockFile {
  readonly #path: string;
  readonly #text: string;
  readonly #heartbeat: NodeJS.Timeout;

  private constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
    this.#heartbeat = setInterval(() => {
      const now = new Date();
      utimes(path, now, now).catch(() => undefined);
    }, heartbeatMs);
    unref(this.#heartbeat);
  }

  /** Acquires the lock. @throws `LockedError`, or a file system error. */
  static async acquire(path: string): Promise<LockFile> {
    const me = ownIdentity();
    const text = `${JSON.stringify({ ...me, token: randomUUID() })}\n`;
    for (;;) {
      if (await create(path, text)) return new LockFile(path, text);
      const found = await readFile(path, 'utf8').catch(ifMissing);
      if (found === undefined) continue;
      const holder = parseHolder(found, me);
      if (await isHeld(path, holder, me)) throw new LockedError(holder);
      await removeStale(path, found);
    }
  }

  async release(): Promise<void> {
    clearInterval(this.#heartbeat);
    // another process may have taken over the lock
    if ((await readFile(this.#path, 'utf8').catch(ifMissing)) === this.#text) await rm(this.#path, { force: true });
  }
}

/** Creates the lock file as a hard link if the file system supports links, so that no process reads a partially written file. */
async function create(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    return await writeFile(path, text, { flag: 'wx' }).then(
      () => true,
      (failure: unknown) => {
        if ((failure as NodeJS.ErrnoException).code === 'EEXIST') return false;
        throw failure;
      },
    );
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Renames the stale lock file before removing it. If two processes do this, one of them may rename the other's new lock; it then
 * restores that lock.
 */
async function removeStale(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  const moved = await rename(path, aside).then(() => true, ifMissing);
  if (!moved) return;
  if ((await readFile(aside, 'utf8')) !== stale) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

async function isHeld(path: string, holder: ProcessIdentity, me: ProcessIdentity): Promise<boolean> {
  const alive = isAlive(holder, me);
  return alive === 'unknown' ? hasHeartbeat(path) : alive;
}

/** Compares the file's mtime only with its earlier value, because the clocks of two machines can differ. */
async function hasHeartbeat(path: string): Promise<boolean> {
  const before = (await stat(path).catch(ifMissing))?.mtimeMs;
  await sleep(3 * heartbeatMs);
  const after = (await stat(path).catch(ifMissing))?.mtimeMs;
  return after !== undefined && after !== before;
}

/** Parses the holder's identity. The identity from a malformed file matches no running process. */
function parseHolder(text: string, me: ProcessIdentity): ProcessIdentity {
  const noProcess = { ...me, pid: 0, started: null };
  try {
    return { ...noProcess, ...(JSON.parse(text) as Partial<ProcessIdentity>) };
  } catch {
    return noProcess;
  }
}

function ifMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
