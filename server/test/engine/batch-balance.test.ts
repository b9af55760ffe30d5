import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type RunSummary } from 'millrace';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../../test/support/seeded.js';
import { isThorough } from '../../../test/support/thorough.js';
import { allRuns, sweepOrphans } from '../support/chaos-counts.js';
import { startChaosService } from '../support/chaos-service.js';
import { sendByRequests, sendMany, ClientView, type SentFile } from '../support/clients/batch-senders.js';
import { HostedClient } from '../support/clients/hosted-client.js';
import { postgresPrograms } from '../support/database/start-postgres.js';

const programs = postgresPrograms();
const services = [
  { name: 'the embedded database', postgres: undefined },
  ...(programs === undefined ? [] : [{ name: 'PostgreSQL', postgres: programs }]),
];
const seed = process.env['MILLRACE_CHAOS_SEED'] ?? 'batches';
const kills = isThorough ? 25 : 3;
const pipeline = 'balance';

/** The batches that a program sends one after another: the number of files, and the maximum number in flight. */
type Batches = readonly { readonly files: number; readonly atOnce: number }[];

/** The batches of two programs, with groups of all sizes. */
const plan: Readonly<Record<'processMany' | 'requests', Batches>> = isThorough
  ? {
      processMany: [
        { files: 20, atOnce: 1 },
        { files: 130, atOnce: 10 },
        { files: 350, atOnce: 128 },
      ],
      requests: [
        { files: 60, atOnce: 7 },
        { files: 190, atOnce: 30 },
        { files: 250, atOnce: 64 },
      ],
    }
  : {
      processMany: [
        { files: 8, atOnce: 2 },
        { files: 28, atOnce: 64 },
      ],
      requests: [{ files: 24, atOnce: 12 }],
    };
const batchCount = plan.processMany.length + plan.requests.length;
const count = Object.values(plan)
  .flat()
  .reduce((sum, { files }) => sum + files, 0);

/** How many files have ended when the last kill is due. The last file, and the others of its request, are sent after that kill. */
const endedBeforeLastKill = count - Math.max(...plan.requests.map(({ atOnce }) => atOnce)) - 2;

const wordOf = (name: string): string => `zebra${/\d+/.exec(name)![0]}x`;

/** Makes the file with this index. One in nine cannot be read. @param mayBeLong Whether some are too large to share a request */
function makeFile(index: number, mayBeLong: boolean): SentFile {
  const name = `file-${index}.${index % 9 === 4 ? 'pdf' : 'txt'}`;
  if (name.endsWith('.pdf')) return { isGood: false, name, content: `%PDF-1.7\n${index} and nothing else` };
  const padding = mayBeLong && index % 11 === 0 ? ' '.repeat(100 * 1024) : '';
  return { isGood: true, name, content: `First the ${wordOf(name)}. ${padding}Then nothing else.` };
}

/** Counts the completed files whose word a search does not find exactly once, in that file only. */
async function countUnfound(client: HostedClient, runs: readonly RunSummary[]): Promise<number> {
  const completed = runs.filter(({ state }) => state === 'completed');
  let found = 0;
  // the number of words in a query is limited
  for (let at = 0; at < completed.length; at += 50) {
    const group = completed.slice(at, at + 50).map(({ subject, fileId }) => ({ fileId, word: wordOf(subject ?? '') }));
    const { body } = await client.keywordSearch(pipeline, group.map(({ word }) => word).join(' '));
    for (const { fileId, word } of group) {
      const hits = body.items
        .filter((item) => item.search_results.some(({ keyword }) => keyword === word))
        .map((item) => [item.file_id, item.search_results.length]);
      if (JSON.stringify(hits) === JSON.stringify([[fileId, 1]])) found++;
    }
  }
  return completed.length - found;
}

describe.each(services)('the balance of batches on $name', ({ postgres }) => {
  it('is exact when the server and workers are killed: no file is lost or duplicated, and all runs end', async () => {
    const service = await startChaosService({ postgres });
    const client = new Client({ apiUrl: service.url, apiKey: service.apiKey, logLevel: 'off' });
    const hosted = new HostedClient(service.url, service.apiKey);
    const random = seeded(seed);
    const view = new ClientView();
    const issued: SentFile[] = [];
    /** The number of files in flight at the start of each kill. */
    const inFlight: number[] = [];

    const sendAll = async (
      batches: Batches,
      mayBeLong: boolean,
      send: (files: AsyncIterable<SentFile>, atOnce: number) => Promise<void>,
    ): Promise<void> => {
      for (const batch of batches) {
        const files = async function* () {
          for (let left = batch.files; left > 0; left--) {
            // the last file is sent after the last kill
            while (left === 1 && batch === batches.at(-1) && inFlight.length < kills) await sleep(20);
            const file = makeFile(issued.length, mayBeLong);
            issued.push(file);
            yield file;
          }
        };
        await send(files(), batch.atOnce);
      }
    };
    const faults: unknown[] = [];
    const isSending = (): boolean => faults.length === 0;
    const sending = Promise.all([
      sendAll(plan.processMany, true, (files, atOnce) => sendMany(client, pipeline, files, atOnce, view)),
      sendAll(plan.requests, false, (files, atOnce) =>
        sendByRequests(service, pipeline, files, () => 1 + Math.floor(random() * atOnce), view),
      ),
    ]).catch((error: unknown) => faults.push(error));
    const killed = { server: 0, worker: 0 };
    while (inFlight.length < kills && isSending()) {
      while (view.ended < (endedBeforeLastKill * (inFlight.length + 1)) / (kills + 1) && isSending()) await sleep(20);
      await sleep(random() * 300);
      const isWorker = postgres !== undefined && random() < 0.5;
      killed[isWorker ? 'worker' : 'server']++;
      inFlight.push(issued.length - view.ended);
      await (isWorker ? service.killWorker() : service.killServer());
    }
    await sending;
    expect(faults).toEqual([]);

    const unfinished = async () => (await allRuns(client)).filter(({ finishedAt }) => finishedAt === null).length;
    await expect.poll(unfinished, { timeout: 120_000 }).toBe(0);
    // a batch ends soon after the last of its runs
    const openBatches = async () =>
      (await client.batches.list({ of: pipeline })).items.filter(({ state }) => state === 'running').length;
    await expect.poll(openBatches, { timeout: 120_000 }).toBe(0);
    const runs = await allRuns(client);
    const { items: batches } = await client.batches.list({ of: pipeline });
    const recorded = (await hosted.capCheck()).body.units_used;
    const unfound = await countUnfound(hosted, runs);
    await client.close();
    await service.stop();
    const orphans = await sweepOrphans(service);

    const states = (state: string, of = runs) => of.filter((run) => run.state === state).length;
    const byRequests = runs.filter(({ requestId }) => view.byRun.has(requestId));
    const asExpected = byRequests.filter(
      ({ requestId, state }) => state === (view.byRun.get(requestId)?.isGood ? 'completed' : 'failed'),
    );
    const inBatches = (state: 'total' | 'completed' | 'failed') =>
      batches.reduce((sum, { counts }) => sum + counts[state], 0);
    const balance = {
      issued: issued.length,
      accepted: runs.length,
      'completed or failed as expected, to the clients': view.completed + view.failedAsExpected + asExpected.length,
      completed: states('completed'),
      'completed, as the account counts': recorded,
      'completed, as the batches count': inBatches('completed'),
      'not found once by a search': unfound,
      failed: states('failed'),
      'failed, as the batches count': inBatches('failed'),
      'in batches': inBatches('total'),
      'batches that have ended': batches.filter(({ state }) => state === 'completed').length,
      lost: count - new Set(runs.map(({ subject }) => subject)).size,
      duplicated: runs.length - new Set(runs.map(({ subject }) => subject)).size,
      'ended in another way': runs.length - states('completed') - states('failed'),
      'orphans before the sweep': orphans.before,
      'orphans after the sweep': orphans.after,
      'contents without a reference': orphans.contents,
    };
    const effectiveKills = inFlight.filter((files) => files > 0).length;
    console.table({
      ...balance,
      'kills of the server': killed.server,
      'kills of workers': killed.worker,
      'kills with files in flight': effectiveKills,
      'files in flight at a kill': `${Math.min(...inFlight)} to ${Math.max(...inFlight)}`,
    });

    const bad = issued.filter(({ isGood }) => !isGood).length;
    expect(view.problems).toEqual([]);
    expect(balance).toEqual({
      issued: count,
      accepted: count,
      'completed or failed as expected, to the clients': count,
      completed: count - bad,
      'completed, as the account counts': count - bad,
      'completed, as the batches count': count - bad,
      'not found once by a search': 0,
      failed: bad,
      'failed, as the batches count': bad,
      'in batches': count,
      'batches that have ended': batchCount,
      lost: 0,
      duplicated: 0,
      'ended in another way': 0,
      'orphans before the sweep': orphans.before,
      'orphans after the sweep': 0,
      'contents without a reference': 0,
    });
    expect(effectiveKills).toBeGreaterThan(0);
  }, 1_800_000);
});
