import { expect, it } from 'vitest';
import { forEachConcurrently } from 'millrace/shared/runtime/for-each-concurrently.js';

/** Creates work that records its start and ends when `endAll` is called. */
function createWork() {
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const work = (item: number): Promise<void> => {
    started.push(item);
    return new Promise((resolve) => ends.push(resolve));
  };
  return { started, work, endAll: () => ends.splice(0).forEach((end) => end()) };
}

it('starts no more work after an abort, and ends when the running work has ended', async () => {
  const { started, work, endAll } = createWork();
  const abort = new AbortController();
  let hasEnded = false;
  const running = forEachConcurrently([1, 2, 3, 4, 5, 6, 7], 2, work, abort.signal).finally(() => (hasEnded = true));
  const rejection = expect(running).rejects.toThrow('called off');
  endAll();
  await expect.poll(() => started).toEqual([1, 2, 3, 4]);
  abort.abort(new Error('called off'));
  await Promise.resolve();
  expect(hasEnded).toBe(false);
  endAll();
  await rejection;
  expect(started).toEqual([1, 2, 3, 4]);
});

it('stops at the first failure', async () => {
  const started: number[] = [];
  const failing = forEachConcurrently([1, 2, 3, 4], 1, async (item) => {
    started.push(item);
    await Promise.resolve();
    if (item === 2) throw new Error('no such index');
  });
  await expect(failing).rejects.toThrow('no such index');
  expect(started).toEqual([1, 2]);
});

it('starts no work for an item that its source was producing at the first failure', async () => {
  const started: number[] = [];
  let produce!: () => void;
  const gate = new Promise<void>((resolve) => (produce = resolve));
  async function* source(): AsyncGenerator<number> {
    yield 1;
    await gate;
    yield 2;
  }
  const failing = forEachConcurrently(source(), 2, async (item) => {
    started.push(item);
    produce();
    throw new Error('no such index');
  });
  await expect(failing).rejects.toThrow('no such index');
  expect(started).toEqual([1]);
});

it('takes an item from its source only when a slot is free', async () => {
  const { started, work, endAll } = createWork();
  let taken = 0;
  function* many(): Generator<number> {
    for (; taken < 1_000_000;) yield ++taken;
  }
  const abort = new AbortController();
  const running = forEachConcurrently(many(), 3, work, abort.signal);
  const rejection = expect(running).rejects.toThrow('enough');
  expect(taken).toBe(3);
  endAll();
  await expect.poll(() => started.length).toBe(6);
  expect(taken).toBe(6);
  abort.abort(new Error('enough'));
  endAll();
  await rejection;
});

it('accepts an async source, and rejects with its failure when the running work has ended', async () => {
  const { started, work, endAll } = createWork();
  async function* source(): AsyncGenerator<number> {
    yield* [1, 2];
    await Promise.resolve();
    throw new Error('the source is broken');
  }
  let hasEnded = false;
  const running = forEachConcurrently(source(), 3, work).finally(() => (hasEnded = true));
  const rejection = expect(running).rejects.toThrow('the source is broken');
  await expect.poll(() => started).toEqual([1, 2]);
  expect(hasEnded).toBe(false);
  endAll();
  await rejection;
});
