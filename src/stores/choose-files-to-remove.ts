import { open, readFile } from 'node:fs/promises';
import type { RunEvent } from '../shared/runs/run-event.js';
import { isFinalState } from '../shared/runs/run-state.js';
import { forEachConcurrently } from '../shared/runtime/for-each-concurrently.js';

/** A run without a final event is treated as abandoned if its file has not been written to for this long. */
const abandonedAfterMs = 7 * 24 * 3600 * 1000;

/** Number of bytes to read from the end of a file. The whole file is read only if its last line is longer. */
const tailLength = 4096;

/** The removal order: runs with a lower rank are removed first. `unsuccessful`: failed, cancelled or crashed. */
const removalRanks = { completed: 0, unsuccessful: 1, abandoned: 2 } as const;

interface StoredRun {
  readonly file: string;
  readonly rank: number;
  /** The file's modification time, in milliseconds since the Unix epoch. */
  readonly modifiedAt: number;
}

/** Chooses up to `count` run files to remove: lowest rank first and, within a rank, least recently modified first. */
export async function chooseFilesToRemove(files: readonly string[], count: number): Promise<string[]> {
  const runs: StoredRun[] = [];
  await forEachConcurrently(files, 16, async (file) => {
    const run = await readStoredRun(file).catch(() => undefined);
    if (run) runs.push(run);
  });
  runs.sort((a, b) => a.rank - b.rank || a.modifiedAt - b.modifiedAt);
  return runs.slice(0, count).map(({ file }) => file);
}

/** Returns the rank and modification time of a run's file; `undefined` if the run may still be in progress. */
async function readStoredRun(file: string): Promise<StoredRun | undefined> {
  const handle = await open(file, 'r');
  try {
    const { size, mtimeMs: modifiedAt } = await handle.stat();
    const start = Math.max(0, size - tailLength);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    let tail = buffer.toString('utf8', 0, bytesRead).trimEnd();
    // the last line can be longer than the tail, for example if the run has a large result
    if (start > 0 && !tail.includes('\n')) tail = (await readFile(file, 'utf8')).trimEnd();
    const rank = getRemovalRank(tail.slice(tail.lastIndexOf('\n') + 1), Date.now() - modifiedAt);
    return rank === undefined ? undefined : { file, rank, modifiedAt };
  } finally {
    await handle.close();
  }
}

function getRemovalRank(lastLine: string, idleMs: number): number | undefined {
  const event = parseEvent(lastLine);
  if (event?.type === 'run-state' && isFinalState(event.state)) {
    return event.state === 'completed' ? removalRanks.completed : removalRanks.unsuccessful;
  }
  return idleMs > abandonedAfterMs ? removalRanks.abandoned : undefined;
}

function parseEvent(line: string): RunEvent | undefined {
  try {
    return JSON.parse(line) as RunEvent;
  } catch {
    // the line is incomplete, because of a crash, a failed write or a write in progress
    return undefined;
  }
}
