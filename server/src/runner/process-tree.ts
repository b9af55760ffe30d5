import { readdirSync, readFileSync } from 'node:fs';

/**
 * Returns the resident memory, in bytes, of the largest process among a process and its descendants, or `undefined` if the system has
 * no `/proc`, or the process has ended.
 *
 * The result is the maximum, because the sum would count memory twice: between `fork` and `exec`, a new process shares all of its
 * parent's memory. Reads `/proc` synchronously, because a read takes only 15 µs, less than a round trip to the thread pool.
 */
export function findLargestResidentBytes(pid: number): number | undefined {
  const ownBytes = readResidentBytes(pid);
  if (ownBytes === undefined) return undefined;
  return Math.max(ownBytes, ...listChildPids(pid).map((child) => findLargestResidentBytes(child) ?? 0));
}

/** Reads `VmRSS` (see proc(5)) rather than `statm`, which counts pages, because Node.js does not expose the page size. */
function readResidentBytes(pid: number): number | undefined {
  const kilobytes = /^VmRSS:\s*(\d+) kB$/m.exec(readOrEmpty(`/proc/${pid}/status`))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** Lists the children that any thread of a process has started. Linux lists them separately for each thread. */
function listChildPids(pid: number): number[] {
  const threads = `/proc/${pid}/task`;
  return listOrEmpty(threads).flatMap((thread) =>
    (readOrEmpty(`${threads}/${thread}/children`).match(/\d+/g) ?? []).map(Number),
  );
}

function listOrEmpty(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function readOrEmpty(path: string): string {
  try {
    // Node.js reads UTF-8 in half the time that other encodings take
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Kills the process group that this process leads, including the processes that its modules have started. */
export function killOwnProcessGroup(): void {
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    // the system has no process groups
    process.kill(process.pid, 'SIGKILL');
  }
}
