import { expect, it } from 'vitest';
import { forEachConcurrently } from 'millrace/shared/runtime/for-each-concurrently.js';

/** Work that ends when the test says so. */
function workbench() {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const work = (thing: number): Promise<void> => {
    begun.push(thing);
    return new Promise((resolve) => ends.push(resolve));
  };
  return { begun, work, endAll: () => ends.splice(0).forEach((end) => end()) };
}

it('after an abort nothing more begins, and it ends once the work in progress has', async () => {
  const { begun, work, endAll } = workbench();
  const abort = new AbortController();
  let isOver = false;
  const running = forEachConcurrently([1, 2, 3, 4, 5, 6, 7], 2, work, abort.signal).finally(() => (isOver = true));
  const refused = expect(running).rejects.toThrow('called off');
  endAll();
  await expect.poll(() => begun).toEqual([1, 2, 3, 4]);
  abort.abort(new Error('called off'));
  await Promise.resolve();
  expect(isOver).toBe(false);
  endAll();
  await refused;
  expect(begun).toEqual([1, 2, 3, 4]);
});

it('the first failure ends it', async () => {
  const begun: number[] = [];
  const failing = forEachConcurrently([1, 2, 3, 4], 1, async (thing) => {
    begun.push(thing);
    await Promise.resolve();
    if (thing === 2) throw new Error('no such index');
  });
  await expect(failing).rejects.toThrow('no such index');
  expect(begun).toEqual([1, 2]);
});

it('an item is taken only when its turn comes, so that a source of any size takes no memory', async () => {
  const { begun, work, endAll } = workbench();
  let taken = 0;
  function* many(): Generator<number> {
    for (; taken < 1_000_000;) yield ++taken;
  }
  const abort = new AbortController();
  const running = forEachConcurrently(many(), 3, work, abort.signal);
  const refused = expect(running).rejects.toThrow('enough');
  expect(taken).toBe(3);
  endAll();
  await expect.poll(() => begun.length).toBe(6);
  expect(taken).toBe(6);
  abort.abort(new Error('enough'));
  endAll();
  await refused;
});

it('items may come from an async source, whose failure ends it once the work in progress has', async () => {
  const { begun, work, endAll } = workbench();
  async function* source(): AsyncGenerator<number> {
    yield* [1, 2];
    await Promise.resolve();
    throw new Error('the source is broken');
  }
  let isOver = false;
  const running = forEachConcurrently(source(), 3, work).finally(() => (isOver = true));
  const refused = expect(running).rejects.toThrow('the source is broken');
  await expect.poll(() => begun).toEqual([1, 2]);
  expect(isOver).toBe(false);
  endAll();
  await refused;
});
