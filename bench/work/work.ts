import { loadavg } from 'node:os';
import { hasCelery } from '../many-files/celery.js';
import { processorTime } from '../many-files/contender.js';
import { hasRedis } from '../many-files/redis.js';
import { median, percentile, show } from '../support/measure.js';
import { withPostgres } from '../support/postgres.js';
import type { Result } from '../support/report.js';
import { withDirectory } from '../support/server-process.js';
import { startBullmq } from './bullmq.js';
import { startCelery } from './celery.js';
import { startOurs } from './ours.js';
import type { Starter } from './starter.js';

const starts = 1000;
const rounds = 3;
const singles = 200;

interface Measured {
  readonly starter: Starter;
  /** Milliseconds from a start to its first line of code. */
  readonly delays: number[];
  /** Starts that finish, a second. */
  readonly speeds: number[];
  /** Processor time of all its processes, in milliseconds a start. */
  readonly processor: number[];
}

/** Measures work that the server hands out: one start at a time, and a thousand through two workers, against what others do. */
export function work(): Promise<Result[]> {
  return withDirectory(async (directory) => {
    const rivals = hasRedis ? [startBullmq, ...(hasCelery ? [startCelery] : [])] : [];
    const run = async (databaseUrl?: string): Promise<Measured[]> => {
      const starters: Starter[] = [];
      try {
        starters.push(await startOurs(directory, 'Millrace, embedded'));
        if (databaseUrl !== undefined) starters.push(await startOurs(directory, 'Millrace, PostgreSQL', databaseUrl));
        for (const rival of rivals) starters.push(await rival(directory));
        return await race(starters);
      } finally {
        await Promise.all(starters.map((starter) => starter.stop()));
      }
    };
    const all = (await withPostgres(run)) ?? (await run());
    return all.flatMap(toResults);
  });
}

/** Measures the contenders in turn, so that all of them have the same machine. */
async function race(starters: readonly Starter[]): Promise<Measured[]> {
  const all = starters.map((starter): Measured => ({ starter, delays: [], speeds: [], processor: [] }));
  // the first starts compile the code
  for (const { sender } of starters) {
    await sender.ask({ burst: starts });
    for (let i = 0; i < 20; i++) await sender.ask({ single: true });
  }
  for (let round = 0; round < rounds; round++) {
    for (const { starter, speeds, processor } of all) {
      const before = processorTime(starter);
      speeds.push((starts / Number(await starter.sender.ask({ burst: starts }))) * 1000);
      processor.push((processorTime(starter) - before) / starts);
    }
  }
  for (const { starter, delays } of all)
    for (let i = 0; i < singles; i++) delays.push(Number(await starter.sender.ask({ single: true })));
  return all;
}

const goals: Readonly<Record<string, { readonly delay?: number; readonly speed: number }>> = {
  'Millrace, embedded': { delay: 50, speed: 150 },
  'Millrace, PostgreSQL': { speed: 300 },
};

function toResults({ starter: { name, promise }, delays, speeds, processor }: Measured): Result[] {
  const { delay, speed } = goals[name] ?? {};
  const load = show(loadavg()[0] ?? NaN);
  return [
    {
      what: `${name}: from a start to its first step, p50 / p95; load ${load}`,
      measured: `${show(median(delays))} / ${show(percentile(delays, 0.95))} ms`,
      ...(delay !== undefined && { goal: `p50 < ${delay} ms`, isMet: median(delays) < delay }),
    },
    {
      what: `${name}: 1 000 starts of nothing through two workers, the median of ${rounds}; load ${load}`,
      measured: `${show(median(speeds))} a second; ${show(median(processor))} ms of processor each; ${promise}`,
      ...(speed !== undefined && { goal: `≥ ${speed} a second`, isMet: median(speeds) >= speed }),
    },
  ];
}
