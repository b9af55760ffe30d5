import { setTimeout as sleep } from 'node:timers/promises';
import { Client, isMillraceError, type ModuleName } from 'millrace';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../../test/support/seeded.js';
import { isThorough } from '../../../test/support/thorough.js';
import { allRuns, sweepOrphans } from '../support/chaos-counts.js';
import { startChaosService, type ChaosService } from '../support/chaos-service.js';
import { HostedClient } from '../support/clients/hosted-client.js';
import { postgresPrograms } from '../support/database/start-postgres.js';

const programs = postgresPrograms();
const count = isThorough ? 1500 : 60;
const concurrency = 8;
const seed = process.env['MILLRACE_CHAOS_SEED'] ?? 'balance';

type Kind = 'good' | 'bad';
type Outcome = 'completed' | 'failed as expected' | 'lost';

interface TestFile {
  readonly kind: Kind;
  readonly name: string;
  readonly content: Buffer;
}

/** Makes a file, which is sent in the request, by a form or by a resumable upload. One in six cannot be processed. */
function makeFile(index: number): TestFile {
  const sentence = `Word${index}x is here. `;
  const bytes = index % 10 === 9 ? 1.5 * 1024 ** 2 : index % 4 === 3 ? 100 * 1024 : 0;
  const text = `${sentence}${' '.repeat(bytes)}The end.`;
  if (index % 6 < 5) return { kind: 'good', name: `file-${index}.txt`, content: Buffer.from(text) };
  // an array file with a damaged header
  return { kind: 'bad', name: `file-${index}.npy`, content: Buffer.from(`\u0093NUMPY\u0001\u0000${text}`, 'latin1') };
}

type Fault = 'killServer' | 'killWorker' | 'killPostgres' | 'pauseWorker' | 'fillDisk' | 'setClockBack';

/** Returns the faults in a random order that depends on the seed. Each fault occurs once per round. */
function planFaults(service: ChaosService, rounds: number): Fault[] {
  const random = seeded(seed);
  const kinds: Fault[] = ['killServer', 'killWorker', 'killPostgres', 'pauseWorker', 'setClockBack'];
  if (service.hasOwnDisk) kinds.push('fillDisk');
  return Array.from({ length: rounds }, () => {
    const order = kinds.map((kind) => ({ kind, rank: random() }));
    return order.sort((a, b) => a.rank - b.rank).map(({ kind }) => kind);
  }).flat();
}

function describeFaults(faults: readonly Fault[]): string {
  const times = (fault: Fault) => faults.filter((each) => each === fault).length;
  return [...new Set(faults)].map((fault) => `${times(fault)} × ${fault}`).join(', ');
}

/** Processes a file, and resumes its run if a full disk makes it fail. */
async function processOne(client: Client, { kind, name, content }: TestFile, resumed: () => void): Promise<Outcome> {
  const chain: readonly ModuleName[] = kind === 'good' ? ['parser', 'json-to-txt'] : ['vector-db'];
  const pipeline = client.createPipeline(kind, chain);
  const options = { localSaveDirectory: false } as const;
  let requestId: string | undefined;
  for (;;) {
    try {
      const done =
        requestId === undefined
          ? await pipeline.process(content, { fileName: name, expireTime: 86_400, ...options })
          : await pipeline.attach(requestId).wait(options);
      return kind === 'good' &&
        JSON.stringify(done.output).startsWith(`"${name.replace(/file-(\d+).*/, 'Word$1x is here.')}`)
        ? 'completed'
        : 'lost';
    } catch (error) {
      // a clock that moves forward by an hour expires reservations; the error says to repeat the call
      if (isMillraceError(error, 'not_found') && requestId === undefined) continue;
      if (!isMillraceError(error, 'process_failed')) throw error;
      if (!error.retryable) return kind === 'bad' && error.status.state === 'failed' ? 'failed as expected' : 'lost';
      ({ requestId } = error);
      resumed();
      // if the response is lost, the next wait shows whether the run was resumed
      await client.store.load(error.requestId ?? '').catch(() => undefined);
    }
  }
}

describe.skipIf(programs === undefined)('the balance of a service whose processes, disk and clock fail', () => {
  it('is exact: each file completes or fails as expected, once, and nothing else is left', async () => {
    const service = await startChaosService({ postgres: programs, diskBytes: (isThorough ? 1024 : 64) * 1024 ** 2 });
    const client = new Client({ apiUrl: service.url, apiKey: service.apiKey, logLevel: 'off' });
    const issued = Array.from({ length: count }, (_, index) => makeFile(index));
    const outcomes: Outcome[] = [];
    const problems: string[] = [];
    let resumed = 0;

    // each fault occurs while files are in flight: later files wait until it begins
    const faults = planFaults(service, isThorough ? 6 : 1);
    const share = count / (faults.length + 1);
    const begun: Fault[] = [];
    const mayBegin = (index: number) => begun.length >= Math.floor(index / share);
    const waiting = issued.entries();
    const processFiles = async (): Promise<void> => {
      for (const [index, file] of waiting) {
        while (!mayBegin(index)) await sleep(20);
        const outcome = await processOne(client, file, () => resumed++).catch((error: unknown): Outcome => {
          problems.push(`${file.name}: ${String(error)}`);
          return 'lost';
        });
        outcomes.push(outcome);
      }
    };
    const working = Promise.all(Array.from({ length: concurrency }, processFiles));
    for (const fault of faults) {
      while (outcomes.length < (begun.length + 0.5) * share) await sleep(20);
      begun.push(fault);
      await service[fault]();
    }
    await working;

    // runs that no client waits for must end too
    await expect
      .poll(async () => (await allRuns(client)).filter(({ finishedAt }) => finishedAt === null).length, {
        timeout: 120_000,
      })
      .toBe(0);
    await sleep(3000);
    const runs = await allRuns(client);
    const recorded = (await new HostedClient(service.url, service.apiKey).capCheck()).body.units_used;
    await client.close();
    await service.stop();
    const orphans = await sweepOrphans(service);
    const sum = (outcome: Outcome) => outcomes.filter((each) => each === outcome).length;
    const states = (state: string) => runs.filter((run) => run.state === state).length;
    const balance = {
      issued: count,
      accepted: runs.length,
      'completed, to the clients': sum('completed'),
      'completed, on the server': states('completed'),
      'completed, as the account counts': recorded,
      'failed as expected, to the clients': sum('failed as expected'),
      'failed as expected, on the server': states('failed'),
      lost: sum('lost'),
      duplicated: Math.max(0, runs.length - count, recorded - states('completed')),
      'ended in another way': runs.length - states('completed') - states('failed'),
      'orphans before the sweep': orphans.before,
      'orphans after the sweep': orphans.after,
    };
    console.table({ ...balance, 'resumed after a full disk': resumed, faults: describeFaults(begun) });
    if (!service.hasOwnDisk) console.warn('The disk was not filled: mounting a small one needs root.');

    const bad = issued.filter(({ kind }) => kind === 'bad').length;
    expect(problems).toEqual([]);
    expect(balance).toEqual({
      issued: count,
      accepted: count,
      'completed, to the clients': count - bad,
      'completed, on the server': count - bad,
      'completed, as the account counts': count - bad,
      'failed as expected, to the clients': bad,
      'failed as expected, on the server': bad,
      lost: 0,
      duplicated: 0,
      'ended in another way': 0,
      'orphans before the sweep': orphans.before,
      'orphans after the sweep': 0,
    });
  }, 1_800_000);
});
