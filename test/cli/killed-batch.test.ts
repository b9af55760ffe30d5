import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isThorough } from '../support/thorough.js';
import { startCliServer, type CliServer } from './support/cli-server.js';

const files = isThorough ? 300 : 100;
const kills = isThorough ? 20 : 8;
const linesPerFile = 3;

let millrace: CliServer;
beforeAll(async () => {
  millrace = await startCliServer();
  mkdirSync(join(millrace.directory, 'in'));
  for (let n = 0; n < files; n++) {
    writeFileSync(join(millrace.directory, 'in', `${n}.txt`), `The kettle number ${n} sang while rain kept time.\n`);
  }
});
afterAll(() => millrace.close());

const readLines = (path: string): string[] => {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(0, -1);
  } catch {
    return [];
  }
};

it(
  `a batch of ${files} files that is killed ${kills} times processes every file once`,
  { timeout: 600_000 },
  async () => {
    const journal = join(millrace.directory, 'batch.jsonl');
    const names = Array.from({ length: files }, (_, n) => `in/${n}.txt`);
    const command = ['process', ...names, '--chain', 'parser', '--save', 'out', '--manifest', 'batch.jsonl'];
    command.push('--concurrency', '8', '--json');

    for (let kill = 1; kill <= kills; kill++) {
      const running = millrace.spawn(command);
      // every fifth kill may come before any file is done
      const minimumLines = kill % 5 === 0 ? 0 : (files * linesPerFile * kill) / (kills + 4);
      while (running.child.exitCode === null && readLines(journal).length < minimumLines) await sleep(5);
      await sleep(Math.random() * 100);
      expect(running.child.exitCode).toBe(null);
      await running.stop('SIGKILL');
    }
    const last = await millrace.run(command);
    expect(last).toMatchObject({ code: 0, stderr: '' });
    const outcomes = last.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { status: string });
    expect(outcomes).toHaveLength(files);

    const again = await millrace.run(command);
    expect(again.code).toBe(0);
    expect(again.stdout.match(/"status":"skipped"/g)).toHaveLength(files);

    const { stdout } = await millrace.run(['runs', '--of', 'parser', '--limit', '1000', '--json']);
    const runs = (JSON.parse(stdout) as { items: { state: string; fileId: string }[] }).items;
    expect(runs.filter(({ state }) => state !== 'completed')).toEqual([]);
    expect(runs).toHaveLength(files);

    const saved = readdirSync(join(millrace.directory, 'out')).filter((name) => !name.startsWith('.'));
    expect(saved.sort()).toEqual(runs.map(({ fileId }) => `${fileId}.json`).sort());
    const texts = saved.map((name) => readFileSync(join(millrace.directory, 'out', name), 'utf8'));
    expect(new Set(texts).size).toBe(files);
    expect(statSync(journal).size).toBeGreaterThan(0);
  },
);
