import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { processorTime, type Contender } from './many-files/contender.js';
import { startOurs } from './many-files/ours.js';
import { writeNotes } from './many-files/write-notes.js';
import { copyFiles } from './support/copy-files.js';
import { show } from './support/measure.js';
import type { Result } from './support/report.js';
import { withDirectory } from './support/server-process.js';

const round = 1000;
const files = Math.max(2 * round, Number(process.env['BENCH_GROWTH_FILES'] ?? 5000));
/** How many of the files are not processed, but copied in the database. */
const copied = Number(process.env['BENCH_GROWTH_COPIED'] ?? 0);
/** Files to process before measuring, so that the modules' processes have started and the code is compiled. */
const warmUp = 500;

/**
 * Measures whether a file costs more, the more files there are: the processor time of the client, the server and its children for each
 * thousand, by `processMany()`, all in one pipeline. `BENCH_GROWTH_FILES=100000 BENCH_GROWTH_COPIED=94000` processes three thousand files,
 * copies the most, and processes another three thousand.
 */
export function growth(): Promise<Result[]> {
  return withDirectory(async (directory) => {
    const dataDir = join(directory, 'data');
    const rounds = Math.max(2, Math.round((files - copied) / round));
    const before = copied > 0 ? Math.floor(rounds / 2) : rounds;
    let next = 0;
    const measure = async (count: number): Promise<number[]> => {
      const ours = await startOurs(dataDir, 'processMany');
      try {
        const process = async (size: number) => costOf(ours, directory, next, (next += size));
        await process(warmUp);
        const costs: number[] = [];
        while (costs.length < count) costs.push(await process(round));
        return costs;
      } finally {
        await ours.stop();
      }
    };
    const early = await measure(before);
    if (copied > 0) await copyFiles(dataDir, next + copied);
    const late = copied > 0 ? await measure(rounds - before) : early;
    // a machine is not constant: with copies, each side has several thousand
    const [first, last] = copied > 0 ? [mean(early), mean(late)] : [early[0] ?? NaN, late.at(-1) ?? NaN];
    const thousands = copied > 0 ? 'thousands' : 'thousand';
    const all = (costs: readonly number[]) => costs.map(show).join(', ');
    return [
      {
        what:
          `processor time of client, server and children for a small file through keyword-db, by processMany(): the last ${thousands} of ${files}` +
          (copied > 0 ? `, of which ${copied} were copied in the database` : ''),
        measured: `${show(last)} ms (${all(late)})`,
        against: `the first ${thousands}: ${show(first)} ms (${all(early)})`,
        ratio: `${(last / first).toFixed(2)}×`,
        goal: '± 15 %',
        isMet: last / first >= 0.85 && last / first <= 1.15,
      },
    ];
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Processes files, and returns the processor time of each in milliseconds. */
async function costOf(ours: Contender, directory: string, from: number, to: number): Promise<number> {
  const count = to - from;
  const input = await writeNotes(join(directory, `in-${from}`), from, to);
  const output = join(directory, `out-${from}`);
  await mkdir(output);
  const before = processorTime(ours);
  const elapsed = Number(await ours.sender.ask({ input, output }));
  const each = (processorTime(ours) - before) / count;
  await Promise.all([input, output].map((folder) => rm(folder, { recursive: true })));
  console.error(`${to} files: ${show(each)} ms of processor time a file, ${show((1000 * count) / elapsed)} files/s`);
  return each;
}
