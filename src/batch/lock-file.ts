import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, ownIdentity, type ProcessIdentity } from '../shared/runtime/process-identity.js';

/** Thrown when another process has the lock and lives. */
export class LockedError extends Error {
  override readonly name = 'LockedError';
  readonly holder: ProcessIdentity;

  constructor(holder: ProcessIdentity) {
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

async function isHeld(path: string, holder: ProcessIdentity, me: ProcessIdentity): Promise<boolean> {
  const alive = isAlive(holder, me);
  return alive === 'unknown' ? beats(path) : alive;
}

/** Seen by this machine's eyes alone: no two clocks are compared. */
async function beats(path: string): Promise<boolean> {
  const before = (await stat(path).catch(ifMissing))?.mtimeMs;
  await sleep(3 * beatMs);
  const after = (await stat(path).catch(ifMissing))?.mtimeMs;
  return after !== undefined && after !== before;
}

/** A file that cannot be parsed names no process. */
function parseHolder(text: string, me: ProcessIdentity): ProcessIdentity {
  const nobody = { ...me, pid: 0, started: null };
  try {
    return { ...nobody, ...(JSON.parse(text) as Partial<ProcessIdentity>) };
  } catch {
    return nobody;
  }
}

function ifMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
