import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'libsql';
import { buildWorkers, setups, startBullmq } from './many-files/bullmq.js';
import { hasCelery, startCelery } from './many-files/celery.js';
import { describePeaks, readCpuTime, type Contender } from './many-files/contender.js';
import { startHandWritten } from './many-files/hand-written.js';
import { indexFile } from './many-files/index-file.js';
import { startOurs } from './many-files/ours.js';
import { hasRedis } from './many-files/redis.js';
import { writeNotes } from './many-files/write-notes.js';
import { median, show, time } from './support/measure.js';
import type { Result } from './support/report.js';
import { withDirectory } from './support/server-process.js';

const fileCount = 1000;
const rounds = 3;
/** Number of files to process before measuring, so that every contender has loaded its lexicon and opened its connections. */
const warmUp = 64;

interface Measurement {
  readonly name: string;
  /** Files per second. */
  readonly speed: number;
  /** The CPU time of all processes, in milliseconds per file. */
  readonly cpu: number;
  /** A description of the peak memory of each process. */
  readonly memory: string;
}

/**
 * Measures a thousand small files with `processMany()` and with 8 concurrent calls of `process()`, compared with the same work in a
 * loop, in a service written by hand, with BullMQ and with Celery. The contenders take turns.
 */
export function manyFiles(): Promise<Result[]> {
  return withDirectory(async (directory) => {
    const input = await writeNotes(join(directory, 'in'), 0, fileCount);
    const oneFile = await writeNotes(join(directory, 'one'), 0, 1);
    const warmUpFiles = await writeNotes(join(directory, 'few'), 0, warmUp);
    const byHand = await indexByHand(input, join(directory, 'by-hand'));
    const contenders: Contender[] = [];
    try {
      for (const call of ['processMany', 'process'] as const) {
        contenders.push(await startOurs(join(directory, call), call));
      }
      if (hasRedis) {
        const built = await buildWorkers(join(directory, 'built'));
        contenders.push(await startHandWritten(directory, built));
        for (const setup of setups) contenders.push(await startBullmq(directory, built, setup));
        if (hasCelery) contenders.push(await startCelery(directory, input));
      }
      const [many, single, ...others] = await measureAll(contenders, { directory, input, oneFile, warmUpFiles });
      if (!many || !single) throw new Error('Expected results for processMany() and process(), got fewer.');
      const service = hasRedis ? others.slice(0, 1) : [];
      const rivals = others.slice(service.length);
      const celery = rivals.find(({ name }) => name === 'Celery');
      const bullmq = rivals.filter((rival) => rival !== celery).toSorted((a, b) => b.speed - a.speed);
      const byHandRow = (ours: Measurement, what: string): Result => ({
        what,
        measured: `${describe(ours)}; peak memory: ${ours.memory}`,
        against: `the module's function in a loop, one process: ${show(byHand)} files/s`,
        ratio: `${show(ours.speed / byHand)}×`,
        goal: '≥ 0.5×',
        isMet: ours.speed / byHand >= 0.5,
      });
      const compareAll = (ours: Measurement, queueGoal: number): Result[] => [
        compare(
          ours,
          service,
          'a service written by hand: upload, output and index on disk, download',
          1,
          'install Redis with `apt install redis-server`',
        ),
        compare(
          ours,
          bullmq,
          'the same function under BullMQ and Redis',
          queueGoal,
          'install Redis with `apt install redis-server`',
        ),
        compare(
          ours,
          celery ? [celery] : [],
          'the same tables, built in Python under Celery and Redis',
          queueGoal,
          'install it with `apt install redis-server python3-celery python3-redis`',
        ),
      ];
      return [
        byHandRow(many, '1 000 small files through keyword-db, by `processMany()`'),
        ...compareAll(many, 0.5),
        byHandRow(single, '1 000 small files through keyword-db, by `process()`, 8 in flight'),
        ...compareAll(single, 0.25),
      ];
    } finally {
      for (const contender of contenders) await contender.stop();
    }
  });
}

interface Folders {
  readonly directory: string;
  readonly input: string;
  readonly oneFile: string;
  readonly warmUpFiles: string;
}

async function measureAll(
  contenders: readonly Contender[],
  { directory, input, oneFile, warmUpFiles }: Folders,
): Promise<Measurement[]> {
  const times = contenders.map((): number[] => []);
  const cpuTimes = contenders.map((): number[] => []);
  const memories: string[] = [];
  const run = async (contender: Contender, outputName: string, folder: string) => {
    const output = join(directory, outputName);
    await mkdir(output);
    const elapsed = Number(await contender.sender.request({ input: folder, output }));
    return { elapsed, output };
  };
  let rows = '';
  for (const [i, contender] of contenders.entries()) {
    const { output } = await run(contender, `one-${i}`, oneFile);
    const theirRows = await readRows(output);
    if (i === 0) rows = theirRows;
    if (theirRows !== rows)
      throw new Error(`Expected ${contender.name} to write the same rows as Millrace, got other rows.`);
    await run(contender, `few-${i}`, warmUpFiles);
  }
  for (let round = 0; round < rounds; round++) {
    for (const [i, contender] of contenders.entries()) {
      const before = readCpuTime(contender);
      times[i]?.push((await run(contender, `round-${round}-${i}`, input)).elapsed);
      cpuTimes[i]?.push(readCpuTime(contender) - before);
      // read the memory immediately, because idle contenders stop their child processes
      memories[i] = describePeaks(contender);
    }
  }
  return contenders.map((contender, i) => ({
    name: contender.name,
    speed: fileCount / (median(times[i] ?? []) / 1000),
    cpu: median(cpuTimes[i] ?? []) / fileCount,
    memory: memories[i] ?? '',
  }));
}

function describe({ speed, cpu }: Measurement): string {
  return `${show(speed)} files/s, ${show(cpu)} ms of CPU time per file`;
}

function compare(
  ours: Measurement,
  rivals: readonly Measurement[],
  what: string,
  goal: number,
  missing: string,
): Result {
  const [best, ...others] = rivals;
  const base = { what: 'the same, three rounds, taking turns', measured: describe(ours), goal: `≥ ${goal}×` };
  if (!best) return { ...base, against: `${what}: not run, ${missing}` };
  const rest = others.map(({ name, speed }) => `${name}: ${show(speed)}`).join('; ');
  const bestName = rest ? `, ${best.name}` : '';
  return {
    ...base,
    against: `${what}${bestName}: ${describe(best)}${rest && ` (${rest})`}; peak memory: ${best.memory}`,
    ratio: `${show(ours.speed / best.speed)}×`,
    isMet: ours.speed >= best.speed * goal,
  };
}

/** Returns the rows and indexes of the only database in a folder, as JSON. */
async function readRows(output: string): Promise<string> {
  const [name = 'none'] = (await readdir(output)).filter((file) => file.endsWith('.db'));
  const database = new Database(join(output, name));
  const rows = database.prepare('select * from keyword_search order by line_number, keyword_number, 1').raw().all();
  const indexes = database.prepare("select name from sqlite_master where type = 'index' order by 1").raw().all();
  database.close();
  return JSON.stringify([indexes, rows]);
}

/** Indexes one file after the other in this process. @returns The number of files per second. */
async function indexByHand(input: string, output: string): Promise<number> {
  await mkdir(output);
  const index = (name: string) => indexFile({ input: join(input, name), output: join(output, `${name}.db`) });
  await index('note-0.txt');
  const names = await readdir(input);
  const elapsed = await time(async () => {
    for (const name of names) await index(name);
  });
  return names.length / (elapsed / 1000);
}
