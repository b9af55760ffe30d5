import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { processorTime } from './many-files/contender.js';
import { startOurs } from './many-files/ours.js';
import { writeNotes } from './many-files/write-notes.js';
import { show } from './measure.js';
import type { Result } from './report.js';
import { withDirectory } from './server-process.js';

const round = 1000;
const rounds = Math.max(2, Math.round(Number(process.env['BENCH_GROWTH_FILES'] ?? 5000) / round));
/** Files to process before measuring, so that the modules' processes have started and the code is compiled. */
const warmUp = 500;

/**
 * Measures whether a file costs more, the more files there are: the processor time of the client, the server and its
 * children for each thousand, all in one pipeline. `BENCH_GROWTH_FILES=30000` takes about half an hour.
 */
export function growth(): Promise<Result[]> {
  return withDirectory(async (directory) => {
    const ours = await startOurs(join(directory, 'data'));
    try {
      const process = async (from: number, count: number) => {
        const input = await writeNotes(join(directory, `in-${from}`), from, from + count);
        const output = join(directory, `out-${from}`);
        await mkdir(output);
        const before = processorTime(ours);
        const elapsed = Number(await ours.sender.ask({ input, output }));
        const each = (processorTime(ours) - before) / count;
        await Promise.all([input, output].map((folder) => rm(folder, { recursive: true })));
        console.error(`${from + count} files: ${show(each)} ms of processor time a file, ${show(elapsed / count)} ms`);
        return each;
      };
      await process(0, warmUp);
      const costs: number[] = [];
      for (let i = 0; i < rounds; i++) costs.push(await process(warmUp + i * round, round));
      const [first = NaN] = costs;
      const last = costs.at(-1) ?? NaN;
      return [
        {
          what: `processor time of client, server and children for a small file through keyword-db: the last thousand of ${rounds} 000`,
          measured: `${show(last)} ms`,
          against: `the first thousand: ${show(first)} ms`,
          ratio: `${(last / first).toFixed(2)}×`,
          goal: '± 15 %',
          isMet: last / first >= 0.85 && last / first <= 1.15,
        },
      ];
    } finally {
      await ours.stop();
    }
  });
}
