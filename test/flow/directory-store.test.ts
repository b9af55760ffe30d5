import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directoryStore, pipeline, resume, type RunEvent } from 'millrace';
import { fiveSteps } from './five-steps.js';

let directory: string;
let count = 0;
beforeAll(async () => void (directory = await mkdtemp(join(tmpdir(), 'millrace-directory-store-'))));
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('a directory store', () => {
  const open = (options?: { maxRuns?: number }) => {
    const path = join(directory, `store-${count++}`);
    return { path, store: directoryStore(path, options) };
  };

  it('creates one file for each run, accessible to its owner only', async () => {
    const { path, store } = open();
    const run = fiveSteps().chain.start({ n: 1 }, { store });
    await run.wait();
    expect(await readdir(path)).toEqual([`${run.id}.jsonl`]);
    expect((await stat(join(path, `${run.id}.jsonl`))).mode & 0o777).toBe(0o600);
    const lines = (await readFile(join(path, `${run.id}.jsonl`), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).not.toContain('log');
  });

  it("writes a step's output to the disk before the next step begins", async () => {
    const { path, store } = open();
    let content = '';
    const chain = pipeline('p')
      .step('one', () => ({ mark: 'written' }))
      .step('two', async () => void (content = await readFile(join(path, (await readdir(path))[0]!), 'utf8')));
    await chain.run({}, { store });
    expect(content).toContain('"output":{"mark":"written"}');
  });

  it('resumes a run whose last line was cut off', async () => {
    const { path, store } = open();
    const { chain, state, done } = fiveSteps();
    const run = chain.start({ n: 1 }, { store });
    await run.wait();
    const file = join(path, `${run.id}.jsonl`);
    await appendFile(file, '{"run":"torn');
    state.fails = false;
    const other = directoryStore(path);
    expect((await (await resume(run.id, { of: chain, store: other })).wait()).state).toBe('completed');
    expect(done).toHaveLength(5);
    expect((await directoryStore(path).load(run.id))?.run.state).toBe('completed');
  });

  it('does not lose a step when the disk is full for a moment', async () => {
    const { path, store } = open();
    let file = '';
    const chain = pipeline('p')
      .step('one', () => ({ one: 1 }))
      .step('two', async () => {
        file = join(path, (await readdir(path))[0]!);
        await rename(file, `${file}.aside`);
        await symlink('/dev/full', file);
        return { two: 2 };
      })
      .step('three', async () => {
        await rename(`${file}.aside`, file);
        return { three: 3 };
      })
      .step('four', () => {
        throw new Error('stop here');
      });
    const run = chain.start({}, { store });
    expect((await run.wait()).state).toBe('failed');
    const { tasks } = (await directoryStore(path).load(run.id))!.run;
    expect(tasks.map(({ name, state }) => [name, state])).toEqual([
      ['one', 'completed'],
      ['two', 'completed'],
      ['three', 'completed'],
      ['four', 'failed'],
    ]);
  });

  it('does not lose an event that arrives while the end of a run is written', async () => {
    const { path, store } = open();
    const events: RunEvent[] = [];
    const observer = { append: (event: RunEvent) => void events.push(event), load: () => Promise.resolve(undefined) };
    const run = pipeline('p')
      .step('one', () => {
        throw new Error('stop here');
      })
      .start({}, { store: observer });
    await run.wait();
    const end = events.at(-1)!;
    expect(end.type).toBe('run-state');
    for (const event of events.slice(0, -1)) await store.append(event);
    const endWritten = store.append(end);
    // let the write begin
    await Promise.resolve().then(() => undefined);
    const resumeWritten = store.append({ ...end, type: 'run-resumed', sequence: end.sequence + 1 });
    await Promise.all([endWritten, resumeWritten]);
    expect((await readFile(join(path, `${run.id}.jsonl`), 'utf8')).trimEnd()).toMatch(/"type":"run-resumed".*$/);
  });

  it('loads nothing for an ID that is not a UUID, or from a file without a run', async () => {
    const { path, store } = open();
    await pipeline('p').run({}, { store });
    await writeFile(join(path, 'secret.jsonl'), '{}\n');
    await writeFile(join(path, '00000000-0000-4000-8000-000000000000.jsonl'), '{"type":"log"}\n\n');
    expect(await store.load('secret')).toBeUndefined();
    expect(await store.load('../secret')).toBeUndefined();
    expect(await store.load('00000000-0000-4000-8000-000000000000')).toBeUndefined();
  });

  it('removes only the oldest runs when there are more than `maxRuns`', async () => {
    const { path, store } = open({ maxRuns: 3 });
    await pipeline('p').run({}, { store });
    await writeFile(join(path, 'mine.jsonl'), '');
    for (let i = 0; i < 5; i++) await pipeline('p').run({}, { store });
    const names = await readdir(path);
    expect(names).toContain('mine.jsonl');
    expect(names).toHaveLength(4);
  });

  it('does not recreate a file that was removed', async () => {
    const { path, store } = open();
    const warnings: string[] = [];
    const ignore = (): void => undefined;
    const logger = { debug: ignore, info: ignore, error: ignore, warn: (line: string) => void warnings.push(line) };
    const chain = pipeline('p')
      .step('zero', () => undefined)
      .step('one', async () => rm(join(path, (await readdir(path))[0]!)))
      .step('two', () => undefined);
    await chain.run({}, { store, logger });
    expect(await readdir(path)).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('cannot be resumed later because storing it failed: ENOENT')]);
  });

  it('lets another program resume the run of a killed program', async () => {
    const { path } = open();
    const program = fileURLToPath(new URL('./killed-program.ts', import.meta.url));
    const launch = (...args: string[]) =>
      promisify(execFile)(process.execPath, ['--import', import.meta.resolve('tsx'), program, path, ...args]);
    await expect(launch()).rejects.toMatchObject({ signal: 'SIGKILL' });
    const [name] = await readdir(path);
    const { stdout } = await launch(name!.replace('.jsonl', ''));
    expect(JSON.parse(stdout)).toEqual({ did: ['three'], result: { one: 1, two: 2, three: 3 } });
  });
});
