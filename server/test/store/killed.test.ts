import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { isThorough } from '../../../test/support/thorough.js';
import { openDatabase } from '../../src/store/open-database.js';
import { onPglite } from '../support/database/backend.js';
import { buildDatabaseChild, type BuiltChild, type StartedChild } from '../support/start-child.js';

let child: BuiltChild;
let dataDir: string;

function start(...args: string[]): StartedChild {
  const started = child.start(dataDir, ...args);
  onTestFinished(() => started.kill());
  return started;
}

async function nextLine({ lines }: StartedChild): Promise<string> {
  const next = await lines.next();
  if (next.done === true) throw new Error('Expected the child to print a line, but it ended.');
  return next.value;
}

async function countEntries(directory: string): Promise<number> {
  // a directory may be renamed while it is read
  return (await readdir(directory, { recursive: true }).catch(() => [])).length;
}

describe.runIf(onPglite)('the embedded database of a killed process', () => {
  beforeAll(async () => {
    child = await buildDatabaseChild();
  });

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'millrace-killed-'));
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  });

  afterAll(() => child.remove());

  test('has every commit that was acknowledged, and no partial one', async () => {
    let acknowledged = 0;
    for (let round = 1; round <= (isThorough ? 4 : 2); round += 1) {
      const writer = start('write');
      expect(await nextLine(writer)).toBe('open');
      // a different moment each time
      for (let commit = 0; commit < 60 + round * 17; commit += 1) acknowledged = Number(await nextLine(writer));
      await writer.kill();

      const db = await openDatabase({ dataDir });
      const { rows } = await db.query<{ last: number; count: number; halves: number }>(
        `select max(n) as last, count(*) as count, count(*) filter (where n < (select max(n) from written)
           and filler not like 'y%') as halves from written`,
      );
      await db.query('select n from written order by n');
      await db.close();
      const [{ last, count, halves } = { last: 0, count: 0, halves: 0 }] = rows;
      expect(last).toBeGreaterThanOrEqual(acknowledged);
      expect(count).toBe(last);
      expect(halves).toBe(0);
    }
  });

  test('starts again after its first start was interrupted at any point', async () => {
    for (const made of isThorough ? [1, 20, 80, 160, 240, 320] : [1, 80, 320]) {
      await rm(dataDir, { recursive: true, force: true });
      await mkdir(dataDir);
      const first = start();
      // kill it once this many files and directories exist: early, in the middle and late
      while ((await countEntries(dataDir)) < made) await sleep(1);
      await first.kill();
      const db = await openDatabase({ dataDir });
      expect((await db.query('select * from account')).rows).toEqual([]);
      await db.close();
      expect((await readdir(dataDir)).sort()).toEqual(['lock', 'pg']);
    }
  });

  test('can be opened by one process at a time, whose pid the error names', async () => {
    const first = start();
    expect(await nextLine(first)).toBe('open');
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({
      name: 'DataDirInUseError',
      pid: first.process.pid,
      message: expect.stringContaining(`process ${first.process.pid} has it open`) as string,
    });
    await first.kill();
    const db = await openDatabase({ dataDir });
    expect((await db.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
    await db.close();
  });
});
