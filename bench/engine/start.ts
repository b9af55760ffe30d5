import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { median, readMemory, show } from '../support/measure.js';
import type { Result } from '../support/report.js';
import { startServerProcess, withDirectory } from '../support/server-process.js';

const rounds = 5;

/** Measures the time until `millrace serve` listens, and the memory of the idle server. */
export async function start(): Promise<Result[]> {
  const firstStarts: number[] = [];
  const laterStarts: number[] = [];
  const idleMemory: number[] = [];
  for (let i = 0; i < rounds; i++) {
    await withDirectory(async (directory) => {
      const dataDir = join(directory, 'data');
      const firstServer = await startServerProcess(dataDir);
      firstStarts.push(firstServer.readyMs);
      await firstServer.stop();
      const secondServer = await startServerProcess(dataDir);
      laterStarts.push(secondServer.readyMs);
      await sleep(3000);
      idleMemory.push(readMemory(secondServer.pid).now);
      await secondServer.stop();
    });
  }
  return [
    {
      what: 'first start, until it listens',
      measured: `${show(median(firstStarts))} ms`,
      goal: '< 1.5 s',
      isMet: median(firstStarts) < 1500,
    },
    {
      what: 'later starts',
      measured: `${show(median(laterStarts))} ms`,
      goal: '< 0.8 s',
      isMet: median(laterStarts) < 800,
    },
    {
      what: 'memory of the idle server',
      measured: `${show(median(idleMemory))} MB`,
      goal: '< 350 MB',
      isMet: median(idleMemory) < 350,
    },
  ];
}
