import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { median, memory, show } from '../support/measure.js';
import type { Result } from '../support/report.js';
import { startServerProcess, withDirectory } from '../support/server-process.js';

const rounds = 5;

/** Measures how soon the command line's server listens, and its memory when it is idle. */
export async function start(): Promise<Result[]> {
  const first: number[] = [];
  const later: number[] = [];
  const idle: number[] = [];
  for (let i = 0; i < rounds; i++) {
    await withDirectory(async (directory) => {
      const dataDir = join(directory, 'data');
      const fresh = await startServerProcess(dataDir);
      first.push(fresh.readyMs);
      await fresh.stop();
      const again = await startServerProcess(dataDir);
      later.push(again.readyMs);
      await sleep(3000);
      idle.push(memory(again.pid).now);
      await again.stop();
    });
  }
  return [
    {
      what: 'first start, until it listens',
      measured: `${show(median(first))} ms`,
      goal: '< 1.5 s',
      isMet: median(first) < 1500,
    },
    { what: 'later starts', measured: `${show(median(later))} ms`, goal: '< 0.8 s', isMet: median(later) < 800 },
    {
      what: 'memory of the idle server',
      measured: `${show(median(idle))} MB`,
      goal: '< 350 MB',
      isMet: median(idle) < 350,
    },
  ];
}
