import { readFileSync } from 'node:fs';
import { readMemory, show } from '../support/measure.js';
import type { LineProgram } from './line-program.js';

/** A system that processes the files of a folder, 8 of them concurrently. */
export interface Contender {
  readonly name: string;
  /** For each request, processes the files of one folder into another, and responds with the duration in milliseconds. */
  readonly sender: LineProgram;
  /** The ids of the processes, by their names in the results. */
  readonly processes: Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

/** Describes the peak memory of each process and of its children. */
export function describePeaks({ processes }: Contender): string {
  const parts = Object.entries(processes).map(([name, pid]) => {
    const { own, children, count } = readFamilyMemory(pid);
    const childPart = count === 0 ? '' : ` and ${show(children)} MB in ${count} ${count === 1 ? 'child' : 'children'}`;
    return `${name} ${show(own)} MB${childPart}`;
  });
  return parts.join(', ');
}

/** Returns the peak memory of a process and the sum of its descendants' peaks, in MB, and the number of descendants. */
export function readFamilyMemory(pid: number): { own: number; children: number; count: number } {
  const childPeaks = findDescendants(pid).map((child) => readMemory(child).peak);
  return {
    own: readMemory(pid).peak,
    children: childPeaks.reduce((sum, peak) => sum + peak, 0),
    count: childPeaks.length,
  };
}

/** Returns the CPU time that the processes and their children have used so far, in milliseconds. */
export function readCpuTime({ processes }: Pick<Contender, 'processes'>): number {
  const all = Object.values(processes).flatMap((pid) => [pid, ...findDescendants(pid)]);
  return all.map(readTicks).reduce((sum, ticks) => sum + ticks, 0) * msPerTick;
}

/** The length of a clock tick in `/proc`, in milliseconds. Linux reports 100 ticks per second. */
const msPerTick = 10;

/** Returns the CPU time of a process and of its ended children, in clock ticks: the sum of `utime` to `cstime` in proc(5). */
function readTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
}

function findDescendants(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...findDescendants(child)]);
}
