import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type RunSummary } from 'millrace';
import { describe, expect, it } from 'vitest';
import { startProgram, type Program } from '../../../test/support/start-program.js';
import { isThorough } from '../../../test/support/thorough.js';
import { startChaosService } from '../support/chaos-service.js';
import { postgresPrograms } from '../support/database/start-postgres.js';

const programs = postgresPrograms();
const count = isThorough ? 1000 : 80;
const concurrentStarts = 8;
/** How many runs a worker ends before it is killed, even on a slow machine. The kill can lose the four that it is executing. */
const endedBeforeKill = 20;

/** The program of a worker, as a user writes it. Each step appends a line to the file `executions` when it begins. */
const workerProgram = (executions: string): string => `
  import { appendFileSync } from 'node:fs';
  const client = new Client();
  const begun = (step, input) => {
    appendFileSync(${JSON.stringify(executions)}, step + ' ' + input + '\\n');
    return new Promise((resolve) => setTimeout(resolve, 20));
  };
  const load = task('load', async (input) => { await begun('load', input); return input; });
  const save = task('save', async (input) => { await begun('save', input); return input * 2; });
  const digest = flow('digest', async (input) => {
    const result = await save(await load(input));
    console.log('done');
    return result;
  });
  await client.worker({ name: 'digest', serves: [digest], concurrency: 4 });`;

async function allRuns(client: Client): Promise<RunSummary[]> {
  const { items, nextCursor } = await client.runs.list({ of: 'digest', limit: 1000 });
  expect(nextCursor).toBeNull();
  return items;
}

describe.skipIf(programs === undefined)('runs whose workers, server and database are killed', () => {
  it('end exactly once, and do not repeat completed steps', async () => {
    const service = await startChaosService({ postgres: programs, workers: 0 });
    const executions = join(service.dataDir, '..', 'executions');
    await writeFile(executions, '');
    const client = new Client({ apiUrl: service.url, apiKey: service.apiKey, logLevel: 'off', retryFor: 600_000 });
    const start = (): Program => startProgram(service, workerProgram(executions), { stderr: 'ignore' });
    const workers = [start(), start()];

    let isOver = false as boolean;
    let kills = 0;
    const unexplained: RunSummary[] = [];
    const killing = (async () => {
      for (; ; kills++) {
        await sleep(1000);
        const victim = workers[kills % 2]!;
        while (!isOver && victim.output().split('done').length <= endedBeforeKill) await sleep(20);
        if (isOver) return;
        victim.child.kill('SIGKILL');
        workers[kills % 2] = start();
      }
    })();
    const watching = (async () => {
      while (!isOver) {
        const { items } = await client.runs.list({ state: 'pending', limit: 1000 });
        unexplained.push(...items.filter(({ late, waitsFor }) => late && waitsFor === null));
        await sleep(500);
      }
    })();
    const inputs = Array.from({ length: count }, (_, input) => input).values();
    const ids = new Map<string, number>();
    const startRuns = async (): Promise<void> => {
      for (const input of inputs) {
        const { id } = await client.start('digest', [input], { idempotencyKey: `digest ${input}` });
        ids.set(id, input);
        if (ids.size === Math.floor(count / 3)) await service.killServer();
        if (ids.size === Math.floor((2 * count) / 3)) await service.killPostgres();
      }
    };
    await Promise.all(Array.from({ length: concurrentStarts }, startRuns));
    const unfinished = async () => (await allRuns(client)).filter(({ finishedAt }) => finishedAt === null).length;
    await expect.poll(unfinished, { timeout: 600_000, interval: 500 }).toBe(0);
    isOver = true;
    await Promise.all([killing, watching]);

    const runs = await allRuns(client);
    expect(runs.map(({ requestId }) => requestId).sort()).toEqual([...ids.keys()].sort());
    const begun = new Map<number, string[]>();
    for (const line of (await readFile(executions, 'utf8')).trim().split('\n')) {
      const [step = '', input] = line.split(' ');
      begun.set(Number(input), [...(begun.get(Number(input)) ?? []), step]);
    }
    for (const { requestId, state, attempt, taskCounts } of runs) {
      const input = ids.get(requestId)!;
      const steps = begun.get(input) ?? [];
      // a completed step is not executed again
      expect(steps.join(' '), requestId).toMatch(/^(load ?)*(save ?)*$/);
      for (const step of ['load', 'save'])
        expect(steps.filter((one) => one === step).length, requestId).toBeLessThanOrEqual(attempt!);
      const { items: log } = attempt === 1 ? { items: [] } : await client.runs.logs(requestId);
      const linesWith = (text: string) => log.filter(({ message }) => message.includes(text)).length;
      const losses = linesWith('was lost');
      if (state === 'crashed') expect(losses, requestId).toBe(3);
      // runs that a killed worker claimed but did not receive are released at once, which does not count as a loss
      else expect(losses + linesWith('released the run'), requestId).toBe(attempt! - 1);
      if (state === 'crashed') continue;
      expect([state, taskCounts.completed], requestId).toEqual(['completed', 2]);
      expect((await client.runs.get(requestId)).result).toBe(input * 2);
      const ends = log.filter(({ message, task }) => task === null && message.startsWith('Finished in state'));
      expect(ends.length, requestId).toBe(attempt === 1 ? 0 : 1);
    }
    const completed = runs.filter(({ state }) => state === 'completed').length;
    const reclaimed = runs.filter(({ attempt }) => attempt! > 1).length;
    console.table({ started: count, completed, crashed: count - completed, kills, 'claimed again': reclaimed });
    expect(completed).toBeGreaterThanOrEqual(count * 0.99 - 1);
    expect(unexplained).toEqual([]);
    await client.close();
    await service.stop();
  }, 1_800_000);
});
