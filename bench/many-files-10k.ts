import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { familyMemory, type Contender } from './many-files/contender.js';
import { startOurs } from './many-files/ours.js';
import { writeNotes } from './many-files/write-notes.js';
import { show } from './measure.js';
import type { Result } from './report.js';
import { withDirectory } from './server-process.js';

const few = 1000;
const many = 10_000;

/** Measures whether memory grows with the number of files: peaks after 1 000 and, in the same processes, after 10 000. */
export function manyFiles10k(): Promise<Result[]> {
  return withDirectory(async (directory) => {
    const first = await writeNotes(join(directory, 'first'), 0, few);
    const rest = await writeNotes(join(directory, 'rest'), few, many);
    const ours = await startOurs(join(directory, 'data'));
    try {
      const output = join(directory, 'out');
      await mkdir(output);
      const early = Number(await ours.sender.ask({ input: first, output }));
      const before = peaksOf(ours);
      const late = Number(await ours.sender.ask({ input: rest, output }));
      const after = peaksOf(ours);
      const growth = after.map((peak, i) => peak - (before[i] ?? 0));
      const inOrder = (megabytes: readonly number[]) => megabytes.map(show).join(' / ');
      return [
        {
          what: '10 000 small files through keyword-db, 8 in flight: peak memory of the client / the server / its children',
          measured: `${inOrder(after)} MB; ${show(((many - few) / late) * 1000)} files/s`,
          against: `after the first 1 000: ${inOrder(before)} MB; ${show((few / early) * 1000)} files/s`,
          ratio: `${inOrder(growth)} MB more`,
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
