import { loadavg } from 'node:os';
import { hasCelery } from '../many-files/celery.js';
import { readCpuTime } from '../many-files/contender.js';
import { hasRedis } from '../many-files/redis.js';
import { median, percentile, show } from '../support/measure.js';
import { withPostgres } from '../support/postgres.js';
import type { Result } from '../support/report.js';
import { withDirectory } from '../support/server-process.js';
import { startBullmq } from './bullmq.js';
import { startCelery } from './celery.js';
import { startOurs } from './ours.js';
import type { Starter } from './starter.js';

const startCount = 1000;
const rounds = 3;
const singleCount = 200;

interface Measurement {
  readonly starter: Starter;
  /** Milliseconds from each start until the first line of the run's code. */
  readonly delays: number[];
  /** Finished runs per second in each round. */
  readonly speeds: number[];
  /** CPU time of all processes per run in each round, in milliseconds. */
  readonly cpuTimes: number[];
}

/** Measures runs that workers execute: single starts, and a thousand starts through two workers, compared with other systems. */
export function work(): Promise<Result[]> {
  return withDirectory(async (directory) => {
    const rivals = hasRedis ? [startBullmq, ...(hasCelery ? [startCelery] : [])] : [];
    const run = async (databaseUrl?: string): Promise<Measurement[]> => {
      const starters: Starter[] = [];
      try {
        starters.push(await startOurs(directory, 'Millrace, embedded'));
        if (databaseUrl !== undefined) starters.push(await startOurs(directory, 'Millrace, PostgreSQL', databaseUrl));
        for (const rival of rivals) starters.push(await rival(directory));
        return await measureAll(starters);
      } finally {
        await Promise.all(starters.map((starter) => starter.stop()));
      }
    };
    const all = (await withPostgres(run)) ?? (await run());
    return all.flatMap(toResults);
  });
}

/** Measures the contenders in turn, so that the load of the machine affects all of them equally. */
async function measureAll(starters: readonly Starter[]): Promise<Measurement[]> {
  const all = starters.map((starter): Measurement => ({ starter, delays: [], speeds: [], cpuTimes: [] }));
  // warm up: the code is compiled during the first starts
  for (const { sender } of starters) {
    await sender.request({ burst: startCount });
    for (let i = 0; i < 20; i++) await sender.request({ single: true });
  }
  for (let round = 0; round < rounds; round++) {
    for (const { starter, speeds, cpuTimes } of all) {
      const before = readCpuTime(starter);
      speeds.push((startCount / Number(await starter.sender.request({ burst: startCount }))) * 1000);
      cpuTimes.push((readCpuTime(starter) - before) / startCount);
    }
  }
  for (const { starter, delays } of all)
    for (let i = 0; i < singleCount; i++) delays.push(Number(await starter.sender.request({ single: true })));
  return all;
}

const goals: Readonly<Record<string, { readonly delay?: number; readonly speed: number }>> = {
  'Millrace, embedded': { delay: 50, speed: 150 },
  'Millrace, PostgreSQL': { speed: 300 },
};

function toResults({ starter: { name, durability }, delays, speeds, cpuTimes }: Measurement): Result[] {
  const { delay, speed } = goals[name] ?? {};
  const load = show(loadavg()[0] ?? NaN);
  return [
    {
      what: `${name}: from a start to its first step, p50 / p95; load ${load}`,
      measured: `${show(median(delays))} / ${show(percentile(delays, 0.95))} ms`,
      ...(delay !== undefined && { goal: `p50 < ${delay} ms`, isMet: median(delays) < delay }),
    },
    {
      what: `${name}: 1 000 starts of an empty flow through two workers, median of ${rounds}; load ${load}`,
      measured: `${show(median(speeds))} per second; ${show(median(cpuTimes))} ms of CPU time each; ${durability}`,
      ...(speed !== undefined && { goal: `≥ ${speed} per second`, isMet: median(speeds) >= speed }),
    },
  ];
}
