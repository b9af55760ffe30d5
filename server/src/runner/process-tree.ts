import { readFileSync } from 'node:fs';

/**
 * Returns the resident memory, in bytes, of the largest process among this one and its descendants, or `undefined` if the
 * system has no `/proc` or the process has ended.
 *
 * The result is the maximum, not the sum, because between `fork` and `exec` a new process shares all of its parent's memory.
 * `/proc` is read synchronously, because it is not on disk and a read takes only 20 µs, less than a thread-pool round trip.
 */
export function largestResident(pid: number): number | undefined {
  const own = resident(pid);
  if (own === undefined) return undefined;
  return Math.max(own, ...childrenOf(pid).map((child) => largestResident(child) ?? 0));
}

/** Reads `VmRSS` (see proc(5)), because `statm` counts pages, whose size Node.js does not expose. */
function resident(pid: number): number | undefined {
  const kilobytes = /^VmRSS:\s*(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

function childrenOf(pid: number): number[] {
  return (read(`/proc/${pid}/task/${pid}/children`).match(/\d+/g) ?? []).map(Number);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/**
 * Kills this process and any processes that its module started. The pool starts each process as the leader of its own process
 * group.
 */
export function killOwnGroup(): void {
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    // the system has no process groups
    process.kill(process.pid, 'SIGKILL');
  }
}
