import { readFileSync } from 'node:fs';
import { memory, show } from '../support/measure.js';
import type { LineProgram } from './line-program.js';

/** A system that processes the files of a folder, 8 at once. */
export interface Contender {
  readonly name: string;
  /** Processes the files of one folder into another, and responds with the milliseconds. */
  readonly sender: LineProgram;
  /** Its processes, by their names in the results. */
  readonly processes: Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

/** Returns the peak memory of each process, and of its children. */
export function peaks({ processes }: Contender): string {
  const parts = Object.entries(processes).map(([name, pid]) => {
    const { own, children, count } = familyMemory(pid);
    const beside = count === 0 ? '' : ` and ${show(children)} MB in ${count} ${count === 1 ? 'child' : 'children'}`;
    return `${name} ${show(own)} MB${beside}`;
  });
  return parts.join(', ');
}

/** Peaks in MB: of a process, and of all its descendants together. */
export function familyMemory(pid: number): { own: number; children: number; count: number } {
  const below = descendants(pid).map((child) => memory(child).peak);
  return { own: memory(pid).peak, children: below.reduce((sum, peak) => sum + peak, 0), count: below.length };
}

/** Returns the processor time that the processes and their children have used so far, in milliseconds. */
export function processorTime({ processes }: Pick<Contender, 'processes'>): number {
  const all = Object.values(processes).flatMap((pid) => [pid, ...descendants(pid)]);
  return all.map(ticksOf).reduce((sum, ticks) => sum + ticks, 0) * msPerTick;
}

/** The clock of `/proc` on every Linux. */
const msPerTick = 10;

/** Reads `utime`, `stime`, and those of children that have ended (see proc(5)). */
function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
}

function descendants(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}
