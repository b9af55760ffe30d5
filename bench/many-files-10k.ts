import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { familyMemory, type Contender } from './many-files/contender.js';
import { startOurs } from './many-files/ours.js';
import { writeNotes } from './many-files/write-notes.js';
import { memory, show } from './support/measure.js';
import type { Result } from './support/report.js';
import { withDirectory } from './support/server-process.js';

/** How many files there are at the end of each call, when memory is measured. */
const marks = [1000, 5000, 10_000];

interface Measured {
  readonly files: number;
  /** The resident memory of the server, in MB. */
  readonly resident: number;
  /** Peaks of the client, the server and its children, in MB. */
  readonly peaks: readonly number[];
  /** Of the call, in files a second. */
  readonly speed: number;
}

/** Measures whether memory grows with the number of files, in the same processes: by three calls of `processMany()`. */
export function manyFiles10k(): Promise<Result[]> {
  return withDirectory(async (directory) => {
    const ours = await startOurs(join(directory, 'data'), 'processMany');
    try {
      const measured: Measured[] = [];
      for (const [i, files] of marks.entries()) {
        const before = marks[i - 1] ?? 0;
        const input = await writeNotes(join(directory, `in-${files}`), before, files);
        const output = join(directory, `out-${files}`);
        await mkdir(output);
        const elapsed = Number(await ours.sender.ask({ input, output }));
        const resident = memory(ours.processes['server'] ?? 0).now;
        const speed = ((files - before) / elapsed) * 1000;
        measured.push({ files, resident, peaks: peaksOf(ours), speed });
        console.error(`${files} files: ${show(resident)} MB of the server, ${show(speed)} files/s`);
      }
      const [first, ...later] = measured;
      const last = later.at(-1);
      if (!first || !last) throw new Error('Expected two marks or more.');
      const inOrder = (megabytes: readonly number[]) => megabytes.map(show).join(' / ');
      const growth = last.peaks.map((peak, i) => peak - (first.peaks[i] ?? 0));
      const residents = later.map(({ files, resident }) => `${show(resident)} MB after ${files}`).join(', ');
      const slower = last.speed / first.speed;
      return [
        {
          what: '10 000 small files through keyword-db, by processMany(): resident memory of the server',
          measured: residents,
          against: `${show(first.resident)} MB after ${first.files}`,
          ratio: `${show(last.resident - first.resident)} MB more`,
          goal: '< 32 MB more',
          isMet: last.resident - first.resident < 32,
        },
        {
          what: 'the same: peak memory of the client / the server / its children',
          measured: `${inOrder(last.peaks)} MB; ${show(last.speed)} files/s`,
          against: `after the first 1 000: ${inOrder(first.peaks)} MB; ${show(first.speed)} files/s`,
          ratio: `${inOrder(growth)} MB more; ${slower.toFixed(2)}×`,
          goal: '< 64 MB more each',
          isMet: growth.every((megabytes) => megabytes < 64),
        },
      ];
    } finally {
      await ours.stop();
    }
  });
}

function peaksOf({ processes: { client, server } }: Contender): number[] {
  const [theClient, theServer] = [familyMemory(client ?? 0), familyMemory(server ?? 0)];
  return [theClient.own, theServer.own, theServer.children];
}
