import { join } from 'node:path';
import { Client, pipeline, type RunReporter } from 'millrace';
import { median, percentile, show, time } from '../support/measure.js';
import type { Result } from '../support/report.js';
import { startServerProcess, withDirectory } from '../support/server-process.js';

const rounds = 100;

interface Chain {
  step(name: string, work: () => object): Chain;
  run(input: object, options?: { report: RunReporter }): Promise<unknown>;
}

/** Measures the overhead of the engine: a hundred trivial steps, compared with the same functions in a loop. */
export async function flows(): Promise<Result[]> {
  const functions = Array.from({ length: 100 }, (_, i) => () => ({ [`field${i}`]: i }));
  const chain = functions.reduce<Chain>(
    (all, work, i) => all.step(`step ${i}`, work),
    pipeline('hundred') as unknown as Chain,
  );
  const runLoop = async (): Promise<object> => {
    let data: object = {};
    for (const work of functions) data = { ...data, ...(await Promise.resolve(work())) };
    return data;
  };
  const samples: number[] = [];
  const loops: number[] = [];
  for (let i = 0; i < rounds; i++) {
    samples.push(await time(() => chain.run({})));
    loops.push(await time(runLoop));
  }
  // drop the first runs, during which the code is compiled
  const [silent, loop] = [samples.slice(10), loops.slice(10)];
  return [
    {
      what: '100 trivial steps without reports, p50 / p95',
      measured: `${show(median(silent))} / ${show(percentile(silent, 0.95))} ms`,
      against: `the functions in a loop: ${show(median(loop))} ms`,
      goal: 'p50 < 20 ms',
      isMet: median(silent) < 20,
    },
    ...(await measureReporting(chain, median(silent))),
  ];
}

/**
 * Measures the same steps with reports to a server in another process: the duration of the run, and the program's CPU time until all
 * events have arrived.
 */
function measureReporting(chain: Chain, silent: number): Promise<Result[]> {
  return withDirectory(async (directory) => {
    const server = await startServerProcess(join(directory, 'data'));
    const client = new Client({ apiUrl: server.url, apiKey: server.apiKey });
    try {
      const durations: number[] = [];
      const cpuTimes: number[] = [];
      for (let i = 0; i < rounds; i++) {
        const before = process.cpuUsage();
        durations.push(await time(() => chain.run({}, { report: client })));
        await client.flush();
        const { user, system } = process.cpuUsage(before);
        cpuTimes.push((user + system) / 1000);
      }
      const [measuredDurations, measuredCpuTimes] = [durations.slice(10), cpuTimes.slice(10)];
      return [
        {
          what: '100 trivial steps with reports, p50 / p95; CPU time of the program until all events have arrived',
          measured: `${show(median(measuredDurations))} / ${show(percentile(measuredDurations, 0.95))} ms; ${show(median(measuredCpuTimes))} ms`,
          against: `without reports: ${show(silent)} ms`,
          goal: 'p50 < 100 ms more',
          isMet: median(measuredDurations) - silent < 100 && median(measuredCpuTimes) - silent < 100,
        },
      ];
    } finally {
      await client.close();
      await server.stop();
    }
  });
}
