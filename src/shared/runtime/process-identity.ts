import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Identifies a process and distinguishes it from a later process with the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** The process's start time, as reported by the operating system; `null` if unknown. */
  readonly started: string | null;
  readonly host: string;
  /** The id of the machine's current boot, which changes on a restart; `null` if unknown. */
  readonly boot: string | null;
  /** The PID namespace, within which the pid is unique; `null` if unknown. A container usually has its own. */
  readonly pidNamespace: string | null;
}

/** Returns the identity of this process. */
export function getOwnIdentity(): ProcessIdentity {
  return {
    pid: process.pid,
    started: getStartTime(process.pid),
    host: hostname(),
    boot: tryRead(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: tryRead(() => readlinkSync('/proc/self/ns/pid')),
  };
}

/** Returns whether a process is still running, or `unknown` if it belongs to another machine or container. */
export function isAlive(other: ProcessIdentity, self: ProcessIdentity = getOwnIdentity()): boolean | 'unknown' {
  if (other.host !== self.host) return 'unknown';
  if (other.boot !== self.boot) return false;
  if (other.pidNamespace !== self.pidNamespace) return 'unknown';
  if (!pidExists(other.pid)) return false;
  const started = getStartTime(other.pid);
  // unless both start times are known, a reused pid cannot be detected, so assume that the process is alive
  return started === null || other.started === null || started === other.started;
}

function pidExists(pid: number): boolean {
  // `process.kill` interprets 0 and negative numbers as process groups
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Returns a process's start time, or `null` if it is unknown. On Linux, returns `ended` for a zombie or dead process. */
function getStartTime(pid: number): string | null {
  if (process.platform === 'linux') {
    // proc(5): field 2, the command name in parentheses, can contain any character, so parsing starts after it; field 3 is the
    // state, and field 22 is the start time in clock ticks
    return tryRead(() => {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      // Z is a zombie, which has exited but has not been reaped by its parent; X is dead
      return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : (fields[19] ?? null);
    });
  }
  if (process.platform === 'win32') return null;
  return tryRead(() => execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null);
}

function tryRead<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
