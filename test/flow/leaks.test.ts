import { execFile } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { RunSlots } from '../../src/report/serving/run-slots.js';

const program = fileURLToPath(new URL('./leaving-program.ts', import.meta.url));

it('a program with unhandled run failures continues, and exits without leftover timers or listeners', async () => {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), program],
    { timeout: 50_000 },
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
