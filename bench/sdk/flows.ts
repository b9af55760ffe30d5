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

/** Measures the overhead of the engine: a hundred steps that do nothing, against the same functions in a loop. */
export async function flows(): Promise<Result[]> {
  const works = Array.from({ length: 100 }, (_, i) => () => ({ [`field${i}`]: i }));
  const chain = works.reduce<Chain>(
    (all, work, i) => all.step(`step ${i}`, work),
    pipeline('hundred') as unknown as Chain,
  );
  const bare = async (): Promise<object> => {
    let data: object = {};
    for (const work of works) data = { ...data, ...(await Promise.resolve(work())) };
    return data;
  };
  const samples: number[] = [];
  const loops: number[] = [];
  for (let i = 0; i < rounds; i++) {
    samples.push(await time(() => chain.run({})));
    loops.push(await time(bare));
  }
  // the first runs compile the code
  const [silent, loop] = [samples.slice(10), loops.slice(10)];
  return [
    {
      what: '100 trivial steps silent, p50 / p95',
      measured: `${show(median(silent))} / ${show(percentile(silent, 0.95))} ms`,
      against: `the functions in a loop: ${show(median(loop))} ms`,
      goal: 'p50 < 20 ms',
      isMet: median(silent) < 20,
    },
    ...(await reporting(chain, median(silent))),
  ];
}

/** The same, reported to a server in another process: the duration of the run, and the program's processor time until all events have arrived. */
function reporting(chain: Chain, silent: number): Promise<Result[]> {
  return withDirectory(async (directory) => {
    const server = await startServerProcess(join(directory, 'data'));
    const client = new Client({ apiUrl: server.url, apiKey: server.apiKey });
    try {
      const runs: number[] = [];
      const work: number[] = [];
      for (let i = 0; i < rounds; i++) {
        const before = process.cpuUsage();
        runs.push(await time(() => chain.run({}, { report: client })));
        await client.flush();
        const { user, system } = process.cpuUsage(before);
        work.push((user + system) / 1000);
      }
      const [ran, worked] = [runs.slice(10), work.slice(10)];
      return [
        {
          what: '100 trivial steps reporting, p50 / p95; processor time of the program until all has arrived',
          measured: `${show(median(ran))} / ${show(percentile(ran, 0.95))} ms; ${show(median(worked))} ms`,
          against: `silent: ${show(silent)} ms`,
          goal: 'p50 < 100 ms more',
          isMet: median(ran) - silent < 100 && median(worked) - silent < 100,
        },
      ];
    } finally {
      await client.close();
      await server.stop();
    }
  });
}
