import { expect, it } from 'vitest';
import { inLanes } from '../../src/search/semantic/in-lanes.js';

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

const never = new AbortController().signal;

it('a search that is called off in the middle begins nothing more, and ends once what was under way has', async () => {
  const { begun, work, endAll } = workbench();
  const abort = new AbortController();
  let isOver = false;
  const searching = inLanes([1, 2, 3, 4, 5, 6, 7], 2, abort.signal, work).finally(() => (isOver = true));
  const refused = expect(searching).rejects.toThrow('called off');
  endAll();
  await expect.poll(() => begun).toEqual([1, 2, 3, 4]);
  abort.abort(new Error('called off'));
  await Promise.resolve();
  expect(isOver).toBe(false);
  endAll();
  await refused;
  expect(begun).toEqual([1, 2, 3, 4]);
});

it('the first failure of a search ends it', async () => {
  const begun: number[] = [];
  const failing = inLanes([1, 2, 3, 4], 1, never, async (thing) => {
    begun.push(thing);
    await Promise.resolve();
    if (thing === 2) throw new Error('no such index');
  });
  await expect(failing).rejects.toThrow('no such index');
  expect(begun).toEqual([1, 2]);
});

it('nothing is taken before there is a lane for it: a selection of any size waits as what it is', async () => {
  const { begun, work, endAll } = workbench();
  let taken = 0;
  function* many(): Generator<number> {
    for (; taken < 1_000_000;) yield ++taken;
  }
  const abort = new AbortController();
  const searching = inLanes(many(), 3, abort.signal, work);
  const refused = expect(searching).rejects.toThrow('enough');
  expect(taken).toBe(3);
  endAll();
  await expect.poll(() => begun.length).toBe(6);
  expect(taken).toBe(6);
  abort.abort(new Error('enough'));
  endAll();
  await refused;
});
