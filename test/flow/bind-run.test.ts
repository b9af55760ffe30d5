import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { bindRun, flow, log, memoryStore, progress, task } from '../../src/index.js';

test('bindRun() lets a listener log to its run when outside code calls it; an unbound listener logs nothing', async () => {
  const store = memoryStore();
  const scale = new EventEmitter();
  const weigh = task('weigh', async () => {
    const done = new Promise((resolve) => scale.once('done', resolve));
    scale.on('weight', (kilograms: number) => log(`dropped: ${kilograms}`));
    scale.on(
      'weight',
      bindRun((kilograms: number) => {
        log(`${kilograms} kg`);
        progress(kilograms, 10);
      }),
    );
    return done;
  });
  const run = flow('mill', () => weigh())
    .with({ store })
    .start();
  const lines: string[] = [];
  const reading = (async () => {
    for await (const event of run) if (event.type === 'log') lines.push(`${event.task}: ${event.message}`);
  })();
  await expect.poll(() => scale.listenerCount('weight')).toBe(2);
  scale.emit('weight', 4);
  expect(run.status().tasks).toMatchObject([{ progress: { current: 4, total: 10 } }]);
  scale.emit('done');
  await run.wait();
  scale.emit('weight', 5);
  await reading;
  expect(lines.filter((line) => line.includes('kg') || line.includes('dropped'))).toEqual(['weigh-0: 4 kg']);
});

test('bindRun() throws outside a run', () => {
  expect(() => bindRun(() => undefined)).toThrow(/in a step, task or flow/);
});
