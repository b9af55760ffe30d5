import { open, readFile } from 'node:fs/promises';
import type { RunEvent } from '../shared/runs/run-event.js';
import { isFinalState } from '../shared/runs/run-state.js';
import { forEachConcurrently } from '../shared/runtime/for-each-concurrently.js';

/** A run's program counts as dead if the run's file has not been written for this long, in milliseconds. */
const silentMs = 7 * 24 * 3600 * 1000;

/** Number of bytes at the end of a file to read first. */
const tailBytes = 4096;

/** The order in which runs are removed. */
const ranks = { completed: 0, ended: 1, silent: 2 } as const;

interface StoredRun {
  readonly file: string;
  readonly rank: number;
  /** When the file was last written. */
  readonly at: number;
}

/** Chooses up to `count` files of runs to remove: completed runs before failed ones, and the oldest first. */
export async function chooseOldest(files: readonly string[], count: number): Promise<string[]> {
  const found: StoredRun[] = [];
  await forEachConcurrently(files, 16, async (file) => {
    const run = await inspect(file).catch(() => undefined);
    if (run) found.push(run);
  });
  found.sort((a, b) => a.rank - b.rank || a.at - b.at);
  return found.slice(0, count).map(({ file }) => file);
}

/** Returns a run's rank and age; `undefined` if the run may be in progress, in this process or another one. */
async function inspect(file: string): Promise<StoredRun | undefined> {
  const handle = await open(file, 'r');
  try {
    const { size, mtimeMs: at } = await handle.stat();
    const start = Math.max(0, size - tailBytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    let tail = buffer.toString('utf8', 0, bytesRead).trimEnd();
    // a large result makes the last line longer
    if (start > 0 && !tail.includes('\n')) tail = (await readFile(file, 'utf8')).trimEnd();
    const rank = rankOf(tail.slice(tail.lastIndexOf('\n') + 1), Date.now() - at);
    return rank === undefined ? undefined : { file, rank, at };
  } finally {
    await handle.close();
  }
}

function rankOf(lastLine: string, ageMs: number): number | undefined {
  const event = parse(lastLine);
  if (event?.type === 'run-state' && isFinalState(event.state)) {
    return event.state === 'completed' ? ranks.completed : ranks.ended;
  }
  return ageMs > silentMs ? ranks.silent : undefined;
}

function parse(line: string): RunEvent | undefined {
  try {
    return JSON.parse(line) as RunEvent;
  } catch {
    // a crash truncated the line
    return undefined;
  }
}
