import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readCpuTime, type Contender } from './many-files/contender.js';
import { startOurs } from './many-files/ours.js';
import { writeNotes } from './many-files/write-notes.js';
import { copyFiles } from './support/copy-files.js';
import { show } from './support/measure.js';
import type { Result } from './support/report.js';
import { withDirectory } from './support/server-process.js';

const filesPerRound = 1000;
const fileTotal = Math.max(2 * filesPerRound, Number(process.env['BENCH_GROWTH_FILES'] ?? 5000));
/** Number of files to copy in the database instead of processing them. */
const copiedCount = Number(process.env['BENCH_GROWTH_COPIED'] ?? 0);
/** Number of files to process before measuring, so that the module processes have started and the code is compiled. */
const warmUp = 500;

/**
 * Measures whether the CPU time per file grows with the number of files in a pipeline. Measures the client, the server and its children
 * for each thousand files of `processMany()`. `BENCH_GROWTH_FILES=100000 BENCH_GROWTH_COPIED=94000` processes three thousand files,
 * adds 94 000 copies, and processes another three thousand files.
 */
export function growth(): Promise<Result[]> {
  return withDirectory(async (directory) => {
    const dataDir = join(directory, 'data');
    const rounds = Math.max(2, Math.round((fileTotal - copiedCount) / filesPerRound));
    const earlyRounds = copiedCount > 0 ? Math.floor(rounds / 2) : rounds;
    let fileCount = 0;
    const measure = async (count: number): Promise<number[]> => {
      const ours = await startOurs(dataDir, 'processMany');
      try {
        const processNext = async (size: number) => measureCost(ours, directory, fileCount, (fileCount += size));
        await processNext(warmUp);
        const costs: number[] = [];
        while (costs.length < count) costs.push(await processNext(filesPerRound));
        return costs;
      } finally {
        await ours.stop();
      }
    };
    const early = await measure(earlyRounds);
    if (copiedCount > 0) await copyFiles(dataDir, fileCount + copiedCount);
    const late = copiedCount > 0 ? await measure(rounds - earlyRounds) : early;
    // if files are copied, average the rounds before and after the copying, because the speed of a machine varies
    const [first, last] = copiedCount > 0 ? [mean(early), mean(late)] : [early[0] ?? NaN, late.at(-1) ?? NaN];
    const thousands = copiedCount > 0 ? 'thousands' : 'thousand';
    const showAll = (costs: readonly number[]) => costs.map(show).join(', ');
    return [
      {
        what:
          `CPU time of client, server and children per small file through keyword-db, by processMany(): the last ${thousands} of ${fileTotal}` +
          (copiedCount > 0 ? `, of which ${copiedCount} were copied in the database` : ''),
        measured: `${show(last)} ms (${showAll(late)})`,
        against: `the first ${thousands}: ${show(first)} ms (${showAll(early)})`,
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

/** Processes files, and returns the CPU time per file in milliseconds. */
async function measureCost(ours: Contender, directory: string, from: number, to: number): Promise<number> {
  const count = to - from;
  const input = await writeNotes(join(directory, `in-${from}`), from, to);
  const output = join(directory, `out-${from}`);
  await mkdir(output);
  const before = readCpuTime(ours);
  const elapsed = Number(await ours.sender.request({ input, output }));
  const costPerFile = (readCpuTime(ours) - before) / count;
  await Promise.all([input, output].map((folder) => rm(folder, { recursive: true })));
  console.error(`${to} files: ${show(costPerFile)} ms of CPU time per file, ${show((1000 * count) / elapsed)} files/s`);
  return costPerFile;
}
