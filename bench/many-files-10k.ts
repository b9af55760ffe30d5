import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readFamilyMemory, type Contender } from './many-files/contender.js';
import { startOurs } from './many-files/ours.js';
import { writeNotes } from './many-files/write-notes.js';
import { readMemory, show } from './support/measure.js';
import type { Result } from './support/report.js';
import { withDirectory } from './support/server-process.js';

/** The total number of files after each call. The memory is measured at these points. */
const fileCounts = [1000, 5000, 10_000];

interface Measurement {
  readonly files: number;
  /** The resident memory of the server, in MB. */
  readonly resident: number;
  /** The peak memory of the client, the server and its children, in MB. */
  readonly peaks: readonly number[];
  /** The speed of the call, in files per second. */
  readonly speed: number;
}

/** Measures whether the memory of the same processes grows with the number of files, over three calls of `processMany()`. */
export function manyFiles10k(): Promise<Result[]> {
  return withDirectory(async (directory) => {
    const ours = await startOurs(join(directory, 'data'), 'processMany');
    try {
      const measured: Measurement[] = [];
      for (const [i, files] of fileCounts.entries()) {
        const before = fileCounts[i - 1] ?? 0;
        const input = await writeNotes(join(directory, `in-${files}`), before, files);
        const output = join(directory, `out-${files}`);
        await mkdir(output);
        const elapsed = Number(await ours.sender.request({ input, output }));
        const resident = readMemory(ours.processes['server'] ?? 0).now;
        const speed = ((files - before) / elapsed) * 1000;
        measured.push({ files, resident, peaks: readPeaks(ours), speed });
        console.error(`${files} files: ${show(resident)} MB of the server, ${show(speed)} files/s`);
      }
      const [first, ...later] = measured;
      const last = later.at(-1);
      if (!first || !last) throw new Error('Expected at least two file counts.');
      const showAll = (megabytes: readonly number[]) => megabytes.map(show).join(' / ');
      const growth = last.peaks.map((peak, i) => peak - (first.peaks[i] ?? 0));
      const residents = later.map(({ files, resident }) => `${show(resident)} MB after ${files}`).join(', ');
      const speedRatio = last.speed / first.speed;
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
          measured: `${showAll(last.peaks)} MB; ${show(last.speed)} files/s`,
          against: `after the first 1 000: ${showAll(first.peaks)} MB; ${show(first.speed)} files/s`,
          ratio: `${showAll(growth)} MB more; ${speedRatio.toFixed(2)}× the speed`,
          goal: '< 64 MB more each',
          isMet: growth.every((megabytes) => megabytes < 64),
        },
      ];
    } finally {
      await ours.stop();
    }
  });
}

function readPeaks({ processes: { client, server } }: Contender): number[] {
  const [clientMemory, serverMemory] = [readFamilyMemory(client ?? 0), readFamilyMemory(server ?? 0)];
  return [clientMemory.own, serverMemory.own, serverMemory.children];
}
