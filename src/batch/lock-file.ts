import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** Who has it. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, as its system counts: a later process of the same number has another. */
  readonly began: string | null;
}

/** Thrown when another process has the lock and lives. */
export class LockedError extends Error {
  override readonly name = 'LockedError';
  readonly holder: LockHolder;

  constructor(holder: LockHolder) {
    super(`Process ${holder.pid} on ${holder.host} has the lock`);
    this.holder = holder;
  }
}

/** A holder touches its lock so often. A process of another machine cannot be asked for, but its beat can be seen. */
const beatMs = 2000;

/**
 * One process at a time, by a file that names its holder. What a killed process left behind is taken over: its number is gone,
 * or belongs to a process that began at another time.
 */
export class LockFile {
  readonly #path: string;
  readonly #text: string;
  readonly #beat: NodeJS.Timeout;

  private constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
    this.#beat = setInterval(() => {
      const now = new Date();
      utimes(path, now, now).catch(() => undefined);
    }, beatMs);
    this.#beat.unref();
  }

  /** @throws `LockedError`, or an error of the file system. */
  static async take(path: string): Promise<LockFile> {
    const me: LockHolder = { pid: process.pid, host: hostname(), began: await beginOf(process.pid) };
    const text = `${JSON.stringify({ ...me, token: randomUUID() })}\n`;
    for (;;) {
      if (await create(path, text)) return new LockFile(path, text);
      const found = await readFile(path, 'utf8').catch(ifMissing);
      if (found === undefined) continue;
      const holder = parseHolder(found);
      if (await lives(holder, path)) throw new LockedError(holder);
      await removeStale(path, found);
    }
  }

  async release(): Promise<void> {
    clearInterval(this.#beat);
    // whoever took it over has it now
    if ((await readFile(this.#path, 'utf8').catch(ifMissing)) === this.#text) await rm(this.#path, { force: true });
  }
}

/** A link appears with its content: nobody ever reads a lock that is not written yet. Some file systems have no links. */
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

/** Moved away before it is removed: of two who found it stale, one moves it, and a new lock is never removed unseen. */
async function removeStale(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  const moved = await rename(path, aside).then(() => true, ifMissing);
  if (!moved) return;
  if ((await readFile(aside, 'utf8')) !== stale) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

async function lives(holder: LockHolder, path: string): Promise<boolean> {
  if (holder.host !== hostname()) return beats(path);
  if (!isRunning(holder.pid)) return false;
  const began = await beginOf(holder.pid);
  return began === null || holder.began === null || began === holder.began;
}

/** Seen by this machine's eyes alone: no two clocks are compared. */
async function beats(path: string): Promise<boolean> {
  const before = (await stat(path).catch(ifMissing))?.mtimeMs;
  await sleep(3 * beatMs);
  const after = (await stat(path).catch(ifMissing))?.mtimeMs;
  return after !== undefined && after !== before;
}

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** `null` where the system does not say. On Linux: field 22 of `/proc/PID/stat`, in ticks since the boot that has this id. */
async function beginOf(pid: number): Promise<string | null> {
  try {
    const [boot, facts] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ]);
    // the name before the last bracket may hold anything
    const [state, ...more] = facts.slice(facts.lastIndexOf(')') + 2).split(' ');
    const ticks = more[18];
    // dead, and waiting for its parent to notice
    if (state === 'Z' || state === 'X') return 'never';
    return ticks === undefined ? null : `${boot.trim()}/${ticks}`;
  } catch {
    return null;
  }
}

/** What cannot be read is nobody's. */
function parseHolder(text: string): LockHolder {
  try {
    const { pid = 0, host = hostname(), began = null } = JSON.parse(text) as Partial<LockHolder>;
    return { pid, host, began };
  } catch {
    return { pid: 0, host: hostname(), began: null };
  }
}

function ifMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
