import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Tells one process from every other, also from a later one that got the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When the process started, in the words of the operating system; `null` where it does not say. */
  readonly started: string | null;
  readonly host: string;
  /** Changes when the machine restarts. */
  readonly boot: string | null;
  /** Pids mean something only inside one namespace: each container has its own. */
  readonly pidNamespace: string | null;
}

export function ownIdentity(): ProcessIdentity {
  return {
    pid: process.pid,
    started: startOf(process.pid),
    host: hostname(),
    boot: quietly(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: quietly(() => readlinkSync('/proc/self/ns/pid')),
  };
}

/** Whether that process still runs; `unknown` when it is, or was, one of another machine or container. */
export function isAlive(other: ProcessIdentity, self: ProcessIdentity = ownIdentity()): boolean | 'unknown' {
  if (other.host !== self.host) return 'unknown';
  if (other.boot !== self.boot) return false;
  if (other.pidNamespace !== self.pidNamespace) return 'unknown';
  if (!exists(other.pid)) return false;
  const started = startOf(other.pid);
  // a pid that cannot be told from a recycled one counts as alive
  return started === null || other.started === null || started === other.started;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function startOf(pid: number): string | null {
  if (process.platform === 'linux') {
    // proc(5): field 22, in clock ticks since boot; the fields are counted after the name, which may hold anything
    return quietly(() => {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
    });
  }
  if (process.platform === 'win32') return null;
  return quietly(() => execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null);
}

function quietly<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
