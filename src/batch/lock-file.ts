import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, getOwnIdentity, type ProcessIdentity } from '../shared/runtime/process-identity.js';
import { unref } from '../shared/runtime/unref.js';

/** Thrown if a running process, possibly this one, already holds the lock. */
export class LockedError extends Error {
  override readonly name = 'LockedError';
  readonly holder: ProcessIdentity;

  constructor(holder: ProcessIdentity) {
    super(`Process ${holder.pid} on ${holder.host} holds the lock`);
    this.holder = holder;
  }
}

/**
 * Interval between heartbeats, in milliseconds. Each heartbeat updates the lock file's mtime, so that processes on other machines or in
 * other containers can tell that the holder is alive.
 */
const heartbeatIntervalMs = 2000;

/** A lock file that identifies the process that holds the lock. If that process has died, another process can take over the lock. */
export class LockFile {
  readonly #path: string;
  readonly #text: string;
  readonly #heartbeatTimer: NodeJS.Timeout;

  private constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
    this.#heartbeatTimer = setInterval(() => {
      const now = new Date();
      utimes(path, now, now).catch(() => undefined);
    }, heartbeatIntervalMs);
    unref(this.#heartbeatTimer);
  }

  /**
   * Acquires the lock.
   *
   * @throws `LockedError` if a running process, possibly this one, already holds it; a file system error if the lock file cannot be read
   * or written.
   */
  static async acquire(path: string): Promise<LockFile> {
    const self = getOwnIdentity();
    const text = `${JSON.stringify({ ...self, token: randomUUID() })}\n`;
    for (;;) {
      if (await tryCreate(path, text)) return new LockFile(path, text);
      const current = await readFile(path, 'utf8').catch(ignoreMissing);
      if (current === undefined) continue;
      const holder = parseHolder(current, self);
      if (await isHeld(path, holder, self)) throw new LockedError(holder);
      await removeStale(path, current);
    }
  }

  async release(): Promise<void> {
    clearInterval(this.#heartbeatTimer);
    // another process may have taken over the lock
    if ((await readFile(this.#path, 'utf8').catch(ignoreMissing)) === this.#text) await rm(this.#path, { force: true });
  }
}

/**
 * Writes a temporary file and links it to the path, so that no process reads a partially written lock file. If the link fails, writes the
 * lock file directly.
 *
 * @returns False if the lock file already exists.
 */
async function tryCreate(path: string, text: string): Promise<boolean> {
  const temporaryPath = `${path}.${randomUUID()}`;
  await writeFile(temporaryPath, text);
  try {
    await link(temporaryPath, path);
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
    await rm(temporaryPath, { force: true });
  }
}

/**
 * Renames the stale lock file before removing it. If another process has just created a new lock at the path, the rename moves that lock,
 * and this function restores it.
 */
async function removeStale(path: string, staleText: string): Promise<void> {
  const movedPath = `${path}.${randomUUID()}`;
  const moved = await rename(path, movedPath).then(() => true, ignoreMissing);
  if (!moved) return;
  if ((await readFile(movedPath, 'utf8')) !== staleText) await link(movedPath, path).catch(() => undefined);
  await rm(movedPath, { force: true });
}

async function isHeld(path: string, holder: ProcessIdentity, self: ProcessIdentity): Promise<boolean> {
  const liveness = isAlive(holder, self);
  return liveness === 'unknown' ? hasHeartbeat(path) : liveness;
}

/**
 * Returns whether the lock file's mtime changes during three heartbeat intervals. Does not compare the mtime with the current time, because
 * the machines' clocks can differ.
 */
async function hasHeartbeat(path: string): Promise<boolean> {
  const before = (await stat(path).catch(ignoreMissing))?.mtimeMs;
  await sleep(3 * heartbeatIntervalMs);
  const after = (await stat(path).catch(ignoreMissing))?.mtimeMs;
  return after !== undefined && after !== before;
}

/** Parses the holder's identity. For malformed text, returns an identity that matches no running process. */
function parseHolder(text: string, self: ProcessIdentity): ProcessIdentity {
  const noProcess = { ...self, pid: 0, started: null };
  try {
    return { ...noProcess, ...(JSON.parse(text) as Partial<ProcessIdentity>) };
  } catch {
    return noProcess;
  }
}

function ignoreMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
