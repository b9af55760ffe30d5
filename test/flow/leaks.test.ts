import { execFile } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { RunSlots, releaseSlotDuring } from '../../src/report/serving/run-slots.js';

const program = fileURLToPath(new URL('./leaving-program.ts', import.meta.url));

it('a program with unhandled run failures continues, and exits without leftover timers or listeners', async () => {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), program],
    { timeout: 120_000 },
  );
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    states: ['failed', 'failed', 'completed', 'failed', 'cancelled', 'completed'],
    timers: 0,
    listeners: 0,
  });
});

it('waiting for a run slot leaves no listener on the signal', async () => {
  const { signal } = new AbortController();
  const slots = new RunSlots(1);
  let finish: () => void = () => undefined;
  const held = slots.run(() => new Promise<void>((resolve) => (finish = resolve)));
  const waits = slots.waitForFreeSlot(signal);
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  finish();
  await Promise.all([held, waits]);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('a run that waits for several runs at once frees one run slot, and none once it has ended', async () => {
  const slots = new RunSlots(2);
  const [first, second, last] = Array.from({ length: 3 }, () => {
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    return { end, wait: () => releaseSlotDuring(() => ended) };
  });
  let lastWait: Promise<void> | undefined;
  await slots.run(async () => {
    expect(slots.freeCount).toBe(1);
    const waits = [first!.wait(), second!.wait()];
    expect(slots.freeCount).toBe(2);
    first!.end();
    await waits[0];
    expect(slots.freeCount).toBe(2);
    second!.end();
    await waits[1];
    expect(slots.freeCount).toBe(1);
    lastWait = last!.wait();
  });
  expect(slots.freeCount).toBe(2);
  last!.end();
  await lastWait;
  expect(slots.freeCount).toBe(2);
});
