import { pipeline } from 'millrace';
import { median, percentile, show, time } from './measure.js';
import type { Result } from './report.js';

const rounds = 100;

interface Chain {
  step(name: string, work: () => object): Chain;
  run(input: object): Promise<unknown>;
}

/** What the engine itself costs: a hundred steps that do nothing, against the same functions awaited in a loop. */
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
  // the first ones compile
  const [silent, loop] = [samples.slice(10), loops.slice(10)];
  return [
    {
      what: '100 trivial steps silent, p50 / p95',
      measured: `${show(median(silent))} / ${show(percentile(silent, 0.95))} ms`,
      against: `the functions in a loop: ${show(median(loop))} ms`,
      goal: 'p50 < 20 ms',
      isMet: median(silent) < 20,
    },
  ];
}
