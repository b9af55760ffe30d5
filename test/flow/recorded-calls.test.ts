import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { flow, memoryStore, pipeline, resume, task, ValidationError } from 'millrace';
import { afterFailure } from './after-failure.js';

describe('a resumed flow reuses the result of each call', () => {
  /**
   * Creates a flow that downloads and parses files concurrently. `save` fails until `mend` is called.
   *
   * @param predecessors Maps a file to the file that must be parsed before its download ends.
   */
  function createLibrary(predecessors: Record<string, string>) {
    const calls: string[] = [];
    let fails = true;
    const download = task('download', async (file: string) => {
      calls.push(`download ${file}`);
      const predecessor = predecessors[file];
      while (predecessor !== undefined && !calls.includes(`parse text of ${predecessor}`)) await sleep(1);
      return `text of ${file}`;
    });
    const parse = task('parse', (text: string) => (calls.push(`parse ${text}`), `parsed ${text}`));
    const save = task('save', (rows: readonly { file: string; result: string }[]) => {
      if (fails) throw new Error('disk full');
      return rows;
    });
    const all = (files: readonly string[]) =>
      flow('library', async () =>
        save(await Promise.all(files.map(async (file) => ({ file, result: await parse(await download(file)) })))),
      );
    return { all, calls, mend: () => ((fails = false), calls.splice(0)) };
  }
  const results = (files: readonly string[]) => files.map((file) => ({ file, result: `parsed text of ${file}` }));

  it('when concurrent calls ended in reverse order', async () => {
    const files = ['slow', 'middle', 'quick'];
    const { all, calls, mend } = createLibrary({ slow: 'middle', middle: 'quick' });
    const resumeRun = await afterFailure((options) => all(files).with(options).start());
    expect(calls.filter((one) => one.startsWith('parse'))).toEqual(
      files.toReversed().map((one) => `parse text of ${one}`),
    );
    mend();
    expect(await resumeRun(all(files))).toEqual(results(files));
    expect(calls).toEqual([]);
  });

  it('when an item was added to the front of a list', async () => {
    const { all, calls, mend } = createLibrary({});
    const resumeRun = await afterFailure((options) => all(['a', 'b']).with(options).start());
    mend();
    expect(await resumeRun(all(['new', 'a', 'b']))).toEqual(results(['new', 'a', 'b']));
    expect(calls).toEqual(['download new', 'parse text of new']);
  });

  it('when an item was removed from a list', async () => {
    const { all, calls, mend } = createLibrary({});
    const resumeRun = await afterFailure((options) => all(['a', 'b', 'c']).with(options).start());
    mend();
    expect(await resumeRun(all(['b', 'c']))).toEqual(results(['b', 'c']));
    expect(calls).toEqual([]);
  });

  it('when an argument changed', async () => {
    const { all, calls, mend } = createLibrary({});
    const resumeRun = await afterFailure((options) => all(['a', 'b']).with(options).start());
    mend();
    expect(await resumeRun(all(['a', 'other']))).toEqual(results(['a', 'other']));
    expect(calls).toContain('download other');
    expect(calls).not.toContain('download a');
  });

  it('when its subflows are called in another order', async () => {
    let fails = true;
    const calls: string[] = [];
    const child = flow('child', (name: string) => (calls.push(name), `result of ${name}`));
    const parent = (names: readonly string[]) =>
      flow('parent', async () => {
        const found: string[] = [];
        for (const name of names) found.push(await child(name));
        if (fails) throw new Error('later');
        return found;
      });
    const resumeRun = await afterFailure((options) => parent(['a', 'b']).with(options).start());
    fails = false;
    calls.length = 0;
    const found = await resumeRun(parent(['b', 'a']));
    expect(found).toEqual(['result of b', 'result of a']);
    expect(calls).toEqual([]);
  });

  it('in their order among equal calls', async () => {
    let fails = true;
    let count = 0;
    const roll = task('roll', () => ++count);
    const game = flow('game', async () => {
      const rolls = [await roll(), await roll()];
      if (fails) throw new Error('later');
      return [...rolls, await roll()];
    });
    const resumeRun = await afterFailure((options) => game.with(options).start());
    fails = false;
    expect(await resumeRun(game)).toEqual([1, 2, 3]);
  });

  it('when concurrent loops take from a queue at different speeds beside a new call', async () => {
    let fails = true;
    const calls: string[] = [];
    const load = task('load', async (n: number) => {
      calls.push(`load ${n}`);
      await sleep(n % 2 === 0 ? 25 : 1);
      return n;
    });
    const check = task('check', (n: number) => (calls.push(`check ${n}`), n));
    const pool = flow('pool', async () => {
      const queue = [0, 1, 3, 5, 7, 9, 2, 4];
      const worker = async (): Promise<void> => {
        for (let n = queue.shift(); n !== undefined; n = queue.shift()) await check(await load(n));
      };
      await Promise.all([...(fails ? [] : [load(100)]), worker(), worker()]);
      if (fails) throw new Error('later');
    });
    const resumeRun = await afterFailure((options) => pool.with(options).start());
    fails = false;
    calls.length = 0;
    await resumeRun(pool);
    expect(calls).toEqual(['load 100']);
  });
});

describe('a resumed run', () => {
  /** Creates a flow that calls `a` and `b` in turn, then throws while `state.fails` is set. */
  function createChain(calls: string[], state: { fails: boolean }, version: string, argument = 1) {
    const a = task('a', (n: number) => (calls.push(`a ${version} ${n}`), 'same'), { version });
    const b = task('b', () => void calls.push('b'));
    return flow('chain', async () => {
      await a(argument);
      await b();
      if (state.fails) throw new Error('later');
    });
  }

  it.each([
    ['runs a task with another version, and the tasks after it, again', ['v2', 1], ['a v2 1', 'b']],
    ['runs a task with other arguments, and the tasks after it, again', ['v1', 2], ['a v1 2', 'b']],
    ['does not run a task with the same version and arguments again', ['v1', 1], []],
  ] as const)('%s', async (_what, [version, argument], expected) => {
    const calls: string[] = [];
    const state = { fails: true };
    const resumeRun = await afterFailure((options) => createChain(calls, state, 'v1').with(options).start());
    state.fails = false;
    calls.length = 0;
    await resumeRun(createChain(calls, state, version, argument));
    expect(calls).toEqual(expected);
  });

  it('does not run a task again that began before the changed task ended', async () => {
    const calls: string[] = [];
    let fails = true;
    const make = (version: string) => {
      const slow = task(
        'slow',
        async () => {
          calls.push('slow');
          await sleep(40);
        },
        { version },
      );
      const early = task('early', () => void calls.push('early'));
      const late = task('late', () => void calls.push('late'));
      return flow('both', async () => {
        await Promise.all([slow(), early()]);
        await late();
        if (fails) throw new Error('later');
      });
    };
    const resumeRun = await afterFailure((options) => make('v1').with(options).start());
    fails = false;
    calls.length = 0;
    await resumeRun(make('v2'));
    expect(calls).toEqual(['slow', 'late']);
  });

  it('runs a subflow again that began after the changed task', async () => {
    const calls: string[] = [];
    let fails = true;
    const inner = task('inner', () => void calls.push('inner'));
    const sub = flow('sub', async () => {
      await inner();
      if (fails) throw new Error('later');
    });
    const make = (version: string) => {
      const first = task('first', () => void calls.push('first'), { version });
      return flow('outer', async () => {
        await first();
        await sub();
      });
    };
    const resumeRun = await afterFailure((options) => make('v1').with(options).start());
    fails = false;
    calls.length = 0;
    await resumeRun(make('v2'));
    expect(calls).toEqual(['first', 'inner']);
  });

  it.each([
    ['ended', true],
    ['failed', false],
  ])('runs a subflow that had %s again if its version changed', async (_how, hasEnded) => {
    const calls: string[] = [];
    let fails = true;
    const part = task('part', () => void calls.push('part'));
    const make = (version: string) => {
      const sub = flow(
        'sub',
        async () => {
          await part();
          if (fails && !hasEnded) throw new Error('inside');
          return version;
        },
        { version },
      );
      return flow('outer', async () => {
        const found = await sub();
        if (fails) throw new Error('later');
        return found;
      });
    };
    const resumeRun = await afterFailure((options) => make('v1').with(options).start());
    fails = false;
    expect(await resumeRun(make('v2'))).toBe('v2');
    expect(calls).toEqual(['part', 'part']);
  });

  it.each([
    ['the inner pipeline', (version: string) => [version, 'v1']],
    ['a step of the inner pipeline', (version: string) => ['v1', version]],
  ])('runs an inner pipeline again when %s has another version', async (_what, versions) => {
    let fails = true;
    const make = (version: string) => {
      const [ofPipeline, ofStep] = versions(version);
      const inner = pipeline('inner', { version: ofPipeline }).step('part', () => ({ made: version }), ofStep);
      return pipeline('outer')
        .step('inner', inner)
        .step('end', () => {
          if (fails) throw new Error('later');
        });
    };
    const resumeRun = await afterFailure((options) => make('v1').start({}, options));
    fails = false;
    expect(await resumeRun(make('v2') as never)).toEqual({ made: 'v2' });
  });

  it('does not run an inner step again that precedes a failed step with a new version', async () => {
    const calls: string[] = [];
    const make = (version: string) =>
      pipeline('outer').step(
        'inner',
        pipeline('inner')
          .step('good', () => void calls.push('good'))
          .step(
            'bad',
            () => {
              if (version === 'v1') throw new Error('bad');
            },
            version,
          ),
      );
    const resumeRun = await afterFailure((options) => make('v1').start({}, options));
    await resumeRun(make('v2') as never);
    expect(calls).toEqual(['good']);
  });

  it('runs a moved step and the steps after it again', async () => {
    const calls: string[] = [];
    let fails = true;
    const end = () => {
      if (fails) throw new Error('later');
    };
    const step = (name: string) => () => ({ [name]: calls.push(name) });
    const before = pipeline('p').step('a', step('a')).step('b', step('b')).step('end', end);
    const after = pipeline('p').step('a', step('a')).step('x', step('x')).step('b', step('b')).step('end', end);
    const resumeRun = await afterFailure((options) => before.start({}, options));
    fails = false;
    calls.length = 0;
    expect(await resumeRun(after as never)).toEqual({ a: 1, x: 1, b: 2 });
  });
});

describe('arguments that have no JSON form', () => {
  class Database {
    readonly socket = new Map();
  }
  function createReader(calls: string[], state: { fails: boolean }, options = {}) {
    const read = task('read', (_db: Database, id: number) => (calls.push(`read ${id}`), id), options);
    return flow('reader', async () => {
      const db = new Database();
      const found = [await read(db, 1), await read(db, 2)];
      if (state.fails) throw new Error('later');
      return found;
    });
  }

  it('cause a call to run again, and the log says why', async () => {
    const calls: string[] = [];
    const state = { fails: true };
    const store = memoryStore();
    const run = createReader(calls, state).with({ store }).start();
    await run.wait();
    state.fails = false;
    const lines: string[] = [];
    const logger = {
      debug: () => undefined,
      info: (line: string) => lines.push(line),
      warn: () => undefined,
      error: () => undefined,
    };
    expect(await (await resume(run.id, { logger })).result()).toEqual([1, 2]);
    expect(calls).toEqual(['read 1', 'read 2', 'read 1', 'read 2']);
    expect(lines.join('\n')).toContain(
      "Task run 'read-0' runs again: its arguments have no JSON form (an instance of Database)",
    );
    expect(run.status().tasks).toHaveLength(2);
  });

  it('are ignored for a task with a key', async () => {
    const calls: string[] = [];
    const state = { fails: true };
    const make = () => createReader(calls, state, { key: (_db: Database, id: number) => String(id) });
    const resumeRun = await afterFailure((options) => make().with(options).start());
    state.fails = false;
    expect(await resumeRun(make())).toEqual([1, 2]);
    expect(calls).toEqual(['read 1', 'read 2']);
  });

  it('need a key function that returns a string', async () => {
    const wrong = task('wrong', () => 1, { key: (() => 5) as never });
    const run = flow('f', () => wrong())
      .with({ store: memoryStore() })
      .start();
    await expect(run.result()).rejects.toThrow("Expected `key` of 'wrong' to return a string, got number");
    expect(() => task('wrong', () => 1, { key: 'id' as never })).toThrow(ValidationError);
  });
});
